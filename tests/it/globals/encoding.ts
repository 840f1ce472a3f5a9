const same = (actual, expected, what) => {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a} is not ${b}`);
};
const fails = (call, name, what) => {
  try {
    call();
  } catch (error) {
    if (error.name !== name) throw new Error(`${what}: ${error.name}: ${error.message}`);
    return error;
  }
  throw new Error(`${what}: nothing was thrown`);
};

const text = new TextEncoder();
const bytes = (...values) => new Uint8Array(values);
same([...text.encode("a\u00e9\u20ac\u{1f600}\0")], [97, 195, 169, 226, 130, 172, 240, 159, 152, 128, 0], "encode");
same([...text.encode("\ud800x")], [239, 191, 189, 120], "a lone surrogate");
same([[...text.encode()], [...text.encode(undefined)], [...text.encode(12)]], [[], [], [49, 50]], "coercion");
const room = new Uint8Array(5);
same([text.encodeInto("a\u20ac\u{1f600}", room), [...room]], [{ read: 2, written: 4 }, [97, 226, 130, 172, 0]], "encodeInto");
same(text.encodeInto("\u{1f600}", new Uint8Array(4)), { read: 2, written: 4 }, "a pair");
fails(() => text.encodeInto("a", []), "TypeError", "encodeInto");
same(text.encoding, "utf-8", "encoding");

const decode = (input, label, options) => new TextDecoder(label, options).decode(input);
same(decode(bytes(0xef, 0xbb, 0xbf, 97)), "a", "BOM");
same(decode(bytes(0xef, 0xbb, 0xbf, 97), "utf-8", { ignoreBOM: true }), "\ufeffa", "ignoreBOM");
same(decode(bytes(97, 0xff, 0xe2, 0x82, 98)), "a\ufffd\ufffdb", "malformed");
same(decode(bytes(0xf0, 0x90, 0x41)), "\ufffdA", "maximal subpart");
same(decode(bytes(0xed, 0xa0, 0x80)), "\ufffd\ufffd\ufffd", "an encoded surrogate");
fails(() => decode(bytes(0xff), "utf-8", { fatal: true }), "TypeError", "fatal");
fails(() => decode(bytes(0xe2, 0x82), "utf8", { fatal: true }), "TypeError", "fatal at the end");

const stream = new TextDecoder();
let out = "";
for (const byte of text.encode("\ufeffa\u{1f600}\u00e9\u20ac")) out += stream.decode(bytes(byte), { stream: true });
same(out + stream.decode(), "a\u{1f600}\u00e9\u20ac", "stream");
same(stream.decode(bytes(0xef, 0xbb, 0xbf, 98)), "b", "BOM after a stream");
stream.decode(bytes(0xe2), { stream: true });
same([stream.decode(), stream.decode(bytes(97))], ["\ufffd", "a"], "cut off");
stream.decode(bytes(0xf0, 0x9f), { stream: true });
same(stream.decode(bytes(0x41), { stream: true }) + stream.decode(), "\ufffdA", "a broken continuation");

same(decode(bytes(0x61, 0, 0x3d, 0xd8, 0, 0xde), "utf-16le"), "a\u{1f600}", "utf-16le");
same(decode(bytes(0, 0x61, 0xd8, 0x3d, 0xde, 0), "utf-16be"), "a\u{1f600}", "utf-16be");
same(decode(bytes(0x61, 0, 0x3d, 0xd8), "utf-16"), "a\ufffd", "half a pair");
same(decode(bytes(0x61, 0, 0x62), "ucs-2"), "a\ufffd", "half a unit");
const wide = new TextDecoder("utf-16le");
const steps = [bytes(0x3d), bytes(0xd8, 0), bytes(0xde)].map((part) => wide.decode(part, { stream: true }));
same(steps, ["", "", "\u{1f600}"], "utf-16le stream");
same([new TextDecoder(" UTF8\n").encoding, new TextDecoder("Latin1").encoding, new TextDecoder("ascii").fatal],
  ["utf-8", "windows-1252", false], "labels");
same(decode(bytes(0x41, 0xe9, 0xff), "windows-1252"), "A\u00e9\u00ff", "windows-1252");
fails(() => new TextDecoder("nope"), "RangeError", "an unknown label");
fails(() => decode("text"), "TypeError", "a string");
const abc = new Uint8Array([97, 98, 99]);
same([decode(abc.buffer), decode(new DataView(abc.buffer, 1)), decode(abc.subarray(1, 2)), decode()],
  ["abc", "bc", "b", ""], "inputs");
same(decode(text.encode("x".repeat(100000) + "\u00e9")).length, 100001, "a long text");

export default "ok";
