setTimeout(() => {
  throw new Error("in a timer");
}, 1);
await test.sleep({ ms: 50 });
return 1;
