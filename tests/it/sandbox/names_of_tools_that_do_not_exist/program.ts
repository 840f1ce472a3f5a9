const names = [["nope", "echo"], ["__proto__", "echo"], ["constructor", "constructor"], ["test", "__proto__"], ["test", "toString"], ["test", ""], ["", ""], ["TEST", "echo"], ["test/echo", ""], ["test", "echo\0"], ["test", "../test/echo"], ["t\u0435st", "echo"], ["x".repeat(100_000), "y"]];
const wrong: unknown[] = [];
for (const [server, tool] of names) {
  try { wrong.push(await callMCPTool(server, tool, {})); } catch (error) {
    if (error.name !== "ToolError" || error.server !== server || error.tool !== tool) wrong.push(error.message);
  }
}
const namespace = test as any;
return { wrong, inherited: [typeof namespace.__proto__, typeof namespace.constructor, typeof namespace.toString, typeof namespace.then, Object.getPrototypeOf(namespace) === null] };
