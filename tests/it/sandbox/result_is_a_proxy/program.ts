const log: string[] = [];
const handler: ProxyHandler<Record<string, unknown>> = {
  get: (target, key) => { if (typeof key === "string" && !["then", "toJSON"].includes(key)) log.push(key); return Reflect.get(target, key); },
  ownKeys: () => ["a", "log", "made_up"],
  getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
};
return new Proxy({ a: 1, hidden: 2, log, [Symbol.toStringTag]: "Array" }, handler);
