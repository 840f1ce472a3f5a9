const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;
const inputs: any[] = [cyclic, { n: 1n }, { toJSON: () => [1] }, { toJSON: () => "{}" }, { toJSON: () => undefined }, { toJSON() { throw new TypeError("own"); } }, [], null, 1, "{}", () => ({}), Symbol()];
const errors: string[] = [];
for (const input of inputs) {
  try { await test.echo(input); errors.push("sent"); } catch (error) { errors.push(error.name); }
}
return [errors.length, ...new Set(errors)];
