const name = (attempt: () => unknown): string => { try { attempt(); return "none"; } catch (error) { return error.name; } };
let array: unknown = [], object: unknown = {}, proxy: any = {};
for (let n = 0; n < 100_000; n++) {
  array = [array];
  object = { object };
  proxy = new Proxy(proxy, {});
}
const self = { get me(): unknown { return this.me; }, toString(): string { return `${this}`; } };
const attempts = {
  stringifyArrays: () => JSON.stringify(array), stringifyObjects: () => JSON.stringify(object), parse: () => JSON.parse("[".repeat(100_000)),
  flat: () => (array as unknown[]).flat(Infinity), joined: () => String(array), clone: () => structuredClone(array),
  proxyGet: () => proxy.x, proxyHas: () => "x" in proxy, proxyOf: () => proxy instanceof Array,
  getter: () => self.me, template: () => `${self}`, evaluated: () => { const again = (): unknown => eval("again()"); return again(); },
  regex: () => new RegExp("(".repeat(100_000) + ")".repeat(100_000)), source: () => new Function("(".repeat(100_000)),
};
return Object.entries(attempts).filter(([, attempt]) => !["RangeError", "SyntaxError"].includes(name(attempt))).map(([key]) => key);
