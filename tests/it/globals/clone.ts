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

const source = {
  n: 1, s: "x", u: undefined, nil: null, big: 10n, d: new Date(5), r: /a+/gi, m: new Map([["k", { v: 1 }]]),
  t: new Set([1, "2"]), a: [1, , 3], nested: { deep: [{ x: NaN }] },
};
source.self = source;
source.again = source.nested;
const copy = structuredClone(source);
same([copy === source, copy.self === copy, copy.again === copy.nested, copy.nested === source.nested],
  [false, true, true, false], "identity");
same([copy.n, copy.s, "u" in copy, copy.nil, String(copy.big), copy.d.getTime(), String(copy.r)],
  [1, "x", true, null, "10", 5, "/a+/gi"], "values");
same([copy.m.get("k").v, [...copy.t], 1 in copy.a, copy.a.length, Number.isNaN(copy.nested.deep[0].x)],
  [1, [1, "2"], false, 3, true], "collections");
same([copy.d instanceof Date, copy.m instanceof Map, copy.t instanceof Set, copy.r instanceof RegExp],
  [true, true, true, true], "classes");

const buffer = new Uint8Array([1, 2, 3, 4]).buffer;
const views = structuredClone({
  a: new Uint8Array(buffer, 1, 2), b: new Uint16Array(buffer), v: new DataView(buffer, 2),
  f: new Float64Array([1.5]), big: new BigInt64Array([5n]),
});
same([[...views.a], views.a.buffer === views.b.buffer, views.a.buffer === buffer, views.v.getUint8(0), views.f[0]],
  [[2, 3], true, false, 3, 1.5], "views");
same(String(views.big[0]), "5", "bigint array");

for (const [value, type] of [[1, "number"], ["s", "string"], [true, "boolean"], [1n, "bigint"]]) {
  const wrapper = structuredClone(Object(value));
  same([typeof wrapper, typeof wrapper.valueOf()], ["object", type], "wrapper");
}

const error = structuredClone(new RangeError("bad"));
same([error instanceof RangeError, error.name, error.message, typeof error.stack], [true, "RangeError", "bad", "string"], "error");
class Custom extends Error {
  constructor() {
    super("c");
    this.name = "Custom";
  }
}
const custom = structuredClone(new Custom());
same([custom.constructor === Error, custom.message], [true, "c"], "an error of a class");
class Point {
  x = 1;
  get y() {
    return 2;
  }
}
const point = structuredClone(new Point());
same([point.constructor === Object, Object.keys(point)], [true, ["x"]], "an instance of a class");

let read = 0;
same(structuredClone({
  get a() {
    read++;
    return 5;
  },
}), { a: 5 }, "a getter");
same(read, 1, "a getter runs once");
same(Object.keys(structuredClone(JSON.parse('{"__proto__": 1}'))), ["__proto__"], "__proto__");

const refused = [
  () => 1, Symbol("s"), { f() {} }, new WeakMap(), Promise.resolve(), new Proxy({}, {}), [Symbol.iterator], Object(Symbol("x")),
];
for (const value of refused) {
  const e = fails(() => structuredClone(value), "DataCloneError", "not clonable");
  same([e instanceof DOMException, e.code], [true, 25], "DataCloneError");
}

const moved = new ArrayBuffer(8);
new Uint8Array(moved)[3] = 9;
const received = structuredClone({ moved, view: new Uint8Array(moved, 2) }, { transfer: [moved] });
same([moved.byteLength, received.moved.byteLength, received.view[1], received.view.buffer === received.moved],
  [0, 8, 9, true], "transfer");
const kept = new ArrayBuffer(4);
fails(() => structuredClone({ kept, f() {} }, { transfer: [kept] }), "DataCloneError", "a failed clone");
same(kept.byteLength, 4, "a failed clone detaches nothing");
fails(() => structuredClone(), "TypeError", "no value");

const map = new Map();
map.set(map, map);
const mapCopy = structuredClone(map);
same(mapCopy.get(mapCopy) === mapCopy, true, "a cycle through a map");

export default "ok";
