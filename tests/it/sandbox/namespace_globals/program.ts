return [await test.echo({ a: 1 }), await callMCPTool("test", "echo", { a: 2 })];
