const call = test.echo({ a: [1] });
const error = await test.fail({}).catch((error: unknown) => error);
const starts: Record<string, any> = {
  tool: test.echo, callMCPTool, call, answer: await call, array: (await call).a, error, log: console.log, console, ToolError, setTimeout, timer: setTimeout(() => {}, 0),
  url: new URL("http://h"), encoded: new TextEncoder().encode("x"), clone: structuredClone({}), crypto, wrapper: (await import("./tools/test/echo.ts")).echo, promise: import("./tools/test/echo.ts"),
};
const leaks: string[] = [];
for (const [name, start] of Object.entries(starts)) {
  for (let at = start, depth = 0; at != null && depth < 6; at = Object.getPrototypeOf(at), depth++) {
    const Made = at.constructor?.constructor ?? Function;
    const names: string[] = Made("return Object.getOwnPropertyNames(this).filter((name) => /^(Deno|__bootstrap|WebAssembly|process|core)$/.test(name))")();
    const same = Made("return this")() === globalThis;
    if (names.length > 0 || !same) leaks.push(name);
  }
}
return leaks;
