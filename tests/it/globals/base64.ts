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

const pairs = [["", ""], ["f", "Zg=="], ["fo", "Zm8="], ["foo", "Zm9v"], ["foob", "Zm9vYg=="], ["\0\xff\x80", "AP+A"]];
for (const [plain, coded] of pairs) {
  same(btoa(plain), coded, "btoa");
  same(atob(coded), plain, "atob");
}
same([atob(" Z g = =\n"), atob("Zg"), atob("Zm8"), atob("ab\t\f\r cd"), atob(null)],
  ["f", "f", "fo", "i\xb7\x1d", "\x9e\xe9e"], "forgiving");
const malformed = [
  "Z", "Zg=", "Z===", "Zg===", "Zm9v=", "====", "=", "Zg==a", "Z-_v", "Zm\u00a0v", "Zm9v\ud800", "a=b=",
];
for (const text of malformed) {
  const e = fails(() => atob(text), "InvalidCharacterError", `atob(${JSON.stringify(text)})`);
  same([e instanceof DOMException, e.code], [true, 5], "InvalidCharacterError");
}
fails(() => btoa("\u20ac"), "InvalidCharacterError", "btoa of a character above U+00FF");
fails(() => btoa("\ud800"), "InvalidCharacterError", "btoa of a lone surrogate");
fails(() => atob(), "TypeError", "atob of nothing");
fails(() => btoa(), "TypeError", "btoa of nothing");
same([btoa(undefined), btoa(12)], ["dW5kZWZpbmVk", "MTI="], "coercion");
const all = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
same(atob(btoa(all)), all, "every byte");

export default "ok";
