for (const key of ["0", "1", "2", "a", "b", "value", "done"]) {
  for (const prototype of [Object.prototype, Array.prototype]) {
    const descriptor = Object.assign(Object.create(null), { set() {}, get: () => "forged", configurable: true });
    Object.defineProperty(prototype, key, descriptor);
  }
}
const answer = await test.echo({ a: { b: [1, 2, 3] } });
const text = await test.text({});
const message = await test.fail({ why: "no" }).catch((error: Error) => error.message);
return { answer, text, message };
