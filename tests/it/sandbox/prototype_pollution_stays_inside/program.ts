(Object.prototype as any).polluted = 1;
(Array.prototype as any)[0] = "x";
return await test.echo({ a: 1 });
