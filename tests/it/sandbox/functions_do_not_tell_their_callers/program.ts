const found: string[] = [];
const probe = function () {
  for (const name of ["caller", "arguments"] as const) {
    for (const f of [probe, callMCPTool, console.log, test.echo, setTimeout] as any[]) {
      try { const value = f[name]; if (typeof value === "function") found.push(`${f.name}.${name}`); } catch {}
    }
  }
  return {};
};
await test.echo({ toJSON: probe });
console.count({ toString: () => String(probe()) } as unknown as string);
const sloppy = new Function("seen", "seen.push(typeof sloppy.caller); function sloppy() {} return typeof arguments.callee.caller");
const seen: string[] = [];
const caller = await test.echo({ toJSON: () => ({ caller: sloppy(seen) }) });
return { found, caller: caller.caller === "function" };
