let input: Record<string, unknown> = {};
for (let depth = 0; depth < 1_000; depth++) input = { input };
return await test.echo(input);
