Promise.reject(new Error("lost"));
await test.sleep({ ms: 5 });
return 1;
