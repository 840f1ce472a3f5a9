const { echo } = test;
(globalThis as any).callMCPTool = () => "forged";
(globalThis as any).ToolError = class { constructor() { return { forged: true }; } };
(globalThis as any).Proxy = (globalThis as any).JSON = undefined;
for (const change of [() => { (test as any).echo = () => "forged"; }, () => Object.defineProperty(test, "echo", { value: 1 })]) try { change(); } catch {}
const failed = await test.fail({ why: "no" }).catch((error: { name: string; message: string }) => `${error.name} ${error.message}`);
const { echo: imported } = await import("./tools/test/echo.ts");
return [await test.echo({ a: 1 }), await echo({ a: 2 }), failed, typeof imported];
