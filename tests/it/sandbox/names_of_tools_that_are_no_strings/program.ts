const names: any[] = [1, null, undefined, true, 1n, Symbol("test"), ["test"], new String("test"), { toString: () => "test" }, () => "test", new Proxy({}, {})];
const accepted: string[] = [];
for (const name of names) {
  for (const attempt of [() => callMCPTool(name, "echo", {}), () => callMCPTool("test", name, {})]) {
    try { await attempt(); accepted.push(typeof name); } catch (error) { if (!(error instanceof TypeError)) accepted.push(error.message); }
  }
}
return accepted;
