let reads = 0;
const answers = [
  await test.echo({ get a() { return ++reads; } }),
  await test.echo({ toJSON: () => ({ a: "own" }) }),
  await test.echo(new Proxy({ a: 1 }, {})),
  await test.echo({ date: new Date(0), undefined: undefined, f() {}, nan: [NaN], map: new Map([[1, 2]]) }),
  await test.echo(JSON.parse('{"__proto__":{"a":1},"constructor":1}')),
  await test.echo(Object.create({ inherited: 1 }, { own: { value: 1, enumerable: true }, hidden: { value: 2 } })),
];
return { reads, answers: JSON.stringify(answers) };
