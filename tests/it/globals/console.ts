// Prints what console.expected.txt says; node 20 prints the same.
class Foo {
  x = 1;
  get y() {
    throw new Error("a getter ran");
  }
}
class Tagged {
  get [Symbol.toStringTag]() {
    return "T";
  }
}
const cycle = { name: "x" };
cycle.self = cycle;
const trap = () => {
  throw new Error("a trap ran");
};
const values = [
  "text", 1, -0, 1n, true, null, undefined, Symbol("s"), NaN, { a: 1, b: [1, 2] }, [1, , 3, , ,], [], {}, [[]], ["it's", 'say "hi"', "l\nn\\"],
  new Map([["a", { b: 1 }]]), new Map(), new Set([1, "x"]), new Date(0), new Date(NaN), /x\/y/gi, cycle, new Foo(), Foo,
  class extends Foo {}, class Bar extends Foo {}, () => 1, function named() {}, async () => {}, function* gen() {}, async function* ag() {},
  Object.create(null), Object.assign(Object.create(null), { q: 1 }), Object(1), Object("s"), Object(true), Object(2n), Object(Symbol("b")),
  new Uint8Array([1, 2]), new Float64Array([1.5]), new ArrayBuffer(2), Promise.resolve(4), new WeakMap(), new WeakSet(),
  { get a() { return 1; }, set b(v) {}, get c() { return 1; }, set c(v) {} }, { "a-b": 1, [Symbol("k")]: 2, $d_1: 3 },
  new Proxy({ p: 1 }, { get: trap, ownKeys: trap, getPrototypeOf: trap, has: trap, getOwnPropertyDescriptor: trap }),
  Object.assign(() => {}, { prop: 1 }), Object.assign([1], { extra: 2 }), new (class extends Array {})(),
  new (class extends Map {})([[1, 2]]), new URLSearchParams("a=1&b=2"), { nested: { deep: { x: "str" } } }, [undefined, null], [{ a: 1 }, { b: 2 }],
  JSON, Math.max, Symbol.iterator, { f() {}, g: class {} }, { toJSON: trap, then: 1 }, Array.from({ length: 3 }, () => "z"),
];
for (let i = 0; i < values.length; i++) console.log(values[i]);
console.log("a", 1, "b", { c: "d" });
console.log();
console.log("%s is %d years, %i, %f, %j, %o%%", "Bob", 42, 42.9, "1.5", { a: 1 }, 5, "rest", { r: 1 });
console.log("%c styled", "color: red");
console.log("100%", 5, "%s");
console.log("%s %s", "only one");
console.log("%d %i %s %s", "0x10", "12px", null, 3n);
console.log("%x %", 1);
console.group("outer");
console.log("in\nside");
console.group();
console.log({ a: 1 });
console.groupEnd();
console.groupEnd();
console.groupEnd();
console.log("out");
console.count();
console.count("z");
console.count();
console.countReset();
console.count();
console.assert(false, "oops %d", 3);
console.assert(1 === 2);
console.assert(true, "never");
console.dir({ a: { b: { c: 1 } } }, { depth: 0 });

export default "ok";
