await test.echo({ a: 1 });
await Promise.all([test.echo({ a: 2 }), test.echo({ a: 3 })]);
await test.echo({ a: 4 });
