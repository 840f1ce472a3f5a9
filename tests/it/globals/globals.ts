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

const names = ["setTimeout", "structuredClone", "URL", "TextEncoder", "AbortController", "DOMException", "console", "crypto", "atob"];
for (const name of names) {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
  same([typeof globalThis[name] !== "undefined", descriptor.configurable], [true, true], name);
}
same(typeof fetch, "function", "a feature test throws nothing");
const original = globalThis.TextDecoder;
globalThis.TextDecoder = 5;
same(TextDecoder, 5, "a replaced global");
globalThis.TextDecoder = original;
globalThis.URLSearchParams = 6;
same([new URL("http://h/?a=1").searchParams.get("a"), URLSearchParams], ["1", 6], "a replaced class is still used inside");

console.info("one", 2, { three: [3] });
console.table([{ a: 1 }]);
console.group("g");
console.groupCollapsed();
console.groupEnd();
console.groupEnd();
console.count();
console.countReset();
console.time("t");
console.timeLog("t", 1);
console.timeEnd("t");
console.assert(true);
console.dir({});
console.trace("t");
console.debug(null);
console.warn(undefined);
const { log } = console;
log("unbound");

export default "ok";
