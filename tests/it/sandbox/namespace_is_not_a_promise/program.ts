const namespace = await test;
return [typeof namespace.echo, JSON.stringify(test), Reflect.set(test, "echo", 1)];
