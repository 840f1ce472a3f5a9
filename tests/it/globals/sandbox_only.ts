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

const absent = [() => fetch("http://x"), () => require("fs"), () => new XMLHttpRequest(), () => new WebSocket("ws://x"), () => alert(1)];
for (const call of absent) same(fails(call, "Error", "absent").message.includes(" is not available: "), true, "a hint");
const removed = [
  "Deno", "process", "Buffer", "localStorage", "window", "global", "SharedArrayBuffer", "Atomics", "ShadowRealm", "gc",
  "WebAssembly", "__bootstrap",
];
for (const name of removed) same(name in globalThis, false, name);
fails(() => crypto.subtle, "NotSupportedError", "subtle");
same([typeof setTimeout(() => {}, 0), self === globalThis], ["number", true], "numbers");
same([performance.now() % 1, performance.timeOrigin % 1, Number(Temporal.Now.instant().epochNanoseconds % 1000000n)], [0, 0, 0],
  "no clock is finer than 1 ms");
same(Temporal.Now.plainDateISO("UTC").toString(), new Date().toISOString().slice(0, 10), "Temporal.Now");
for (const name of ["zonedDateTimeISO", "plainTimeISO", "plainDateTimeISO"]) same(typeof Temporal.Now[name]("Asia/Tokyo"), "object", name);
fails(() => new TextDecoder("shift_jis"), "RangeError", "an encoding that exists elsewhere");
fails(() => structuredClone(new URL("http://h")), "DataCloneError", "an object of the platform");
const detached = new ArrayBuffer(1);
structuredClone(detached, { transfer: [detached] });
fails(() => structuredClone(1, { transfer: [detached] }), "DataCloneError", "a detached buffer");
same([URL.parse("nope"), URL.parse("/x", "http://h").href], [null, "http://h/x"], "URL.parse");
same(new TextDecoder("windows-1252").decode(new Uint8Array([0x80, 0x9f])), "\u20ac\u0178", "windows-1252");
fails(() => Function.prototype.call = () => {}, "TypeError", "the way to the ops");

// A program may replace any built-in; the globals go on working.
const saved = [];
const [map, set] = [new Map(), new Set([1])];
const evil = () => {
  throw new Error("evil");
};
const replaced = [
  [Array.prototype, ["push", "slice", "join", "map", Symbol.iterator]],
  [Map.prototype, ["get", "set", "has", "entries"]],
  [String.prototype, ["slice", "split", "includes", "charCodeAt"]],
  [Function.prototype, ["apply", "bind", "toString"]],
  [Promise.prototype, ["then", "catch"]],
  [Object, ["keys", "defineProperty", "getOwnPropertyDescriptor"]],
  [Reflect, ["apply", "ownKeys"]],
  [JSON, ["stringify"]],
  [Object.prototype, ["toString", "valueOf"]],
  [RegExp.prototype, ["exec"]],
  [globalThis, ["Uint8Array", "Map", "TypeError", "eval"]],
];
const { defineProperty, getOwnPropertyDescriptor } = Object;
const list = [];
for (const [object, names] of replaced) for (const name of names) list[list.length] = { object, name };
for (let i = 0; i < list.length; i++) {
  const { object, name } = list[i];
  saved[i] = getOwnPropertyDescriptor(object, name);
  defineProperty(object, name, { __proto__: null, value: evil, writable: true, configurable: true });
}
let failure, results;
try {
  console.log({ a: [1, map] }, "%s", 1);
  console.table([{ a: 1 }]);
  const clone = structuredClone({ a: [1, { b: set }] });
  const link = new URL("http://h/?a=1");
  link.searchParams.append("b", "2");
  results = [clone.a[1].b.size === 1, link.href, atob(btoa("x")), new TextDecoder().decode(new TextEncoder().encode("y"))];
  clearTimeout(setTimeout(() => {}, 1));
  new AbortController().abort();
  crypto.randomUUID();
} catch (error) {
  failure = error;
}
for (let i = list.length - 1; i >= 0; i--) defineProperty(list[i].object, list[i].name, { __proto__: null, ...saved[i] });
if (failure !== undefined) throw failure;
same(results, [true, "http://h/?a=1&b=2", "x", "y"], "after built-ins were replaced");

// Printing runs none of the program's code, and survives what makes the engine stumble.
const { proxy, revoke } = Proxy.revocable({}, {});
revoke();
let ran = 0;
class Spy {
  get [Symbol.toStringTag]() {
    return ran++;
  }
}
console.log(proxy, [proxy], new Proxy([], {}), new Spy(), Spy.prototype, new Proxy(proxy, {}));
same(ran, 0, "getters that ran");

// Whatever is printed, printing ends soon.
let wide = [];
for (let i = 0; i < 6; i++) wide = Array(100).fill(wide);
const before = Date.now();
console.log({ toJSON: evil }, wide, "x".repeat(1e6), new Array(4e9));
same(Date.now() - before < 2000, true, "console.log is bounded");

export default "ok";
