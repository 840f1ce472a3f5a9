for (let n = 0; n < 10_000; n++) Promise.reject(new Error(`rejection ${n}`));
await test.sleep({ ms: 5 });
return "none was noticed";
