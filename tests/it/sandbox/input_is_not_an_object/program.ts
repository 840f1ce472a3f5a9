return await test.echo("text" as any);
