const found: string[] = [];
for (const name of ["Deno", "__bootstrap", "WebAssembly", "__infra", "SharedArrayBuffer", "Atomics"]) {
  if (name in globalThis) found.push(name);
}
const outer = (function () {}).constructor.constructor("return Object.getOwnPropertyNames(this)")() as string[];
for (const name of outer) if (/deno|bootstrap|ops|^op_|wasm|webassembly/i.test(name)) found.push(name);
const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
found.push(...((await AsyncFunction("return [typeof Deno, typeof WebAssembly]")()) as string[]).filter((t) => t !== "undefined"));
return found;
