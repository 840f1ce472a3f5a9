const log: string[] = [];
const target: Record<string, number> = { a: 1 };
const proxy = new Proxy(target, {
  get: (object, key, receiver) => { log.push(`get ${String(key)}`); return Reflect.get(object, key, receiver) ?? 42; },
  set: (object, key, value, receiver) => (value > 0 ? Reflect.set(object, key, value, receiver) : false),
  has: (object, key) => key === "magic" || Reflect.has(object, key),
  deleteProperty: (object, key) => key !== "a" && Reflect.deleteProperty(object, key),
  ownKeys: (object) => [...Reflect.ownKeys(object), "extra"],
  getOwnPropertyDescriptor: (object, key) => Reflect.getOwnPropertyDescriptor(object, key) ?? (key === "extra" ? { enumerable: true, configurable: true } : undefined),
});
const values = [proxy.a, proxy.missing, "magic" in proxy, "b" in proxy];
proxy.b = 2;
const refused: string[] = [];
for (const attempt of [() => { proxy.c = -1; }, () => { delete proxy.a; }]) try { attempt(); } catch (error) { refused.push(error.name); }
const keys = Object.keys(proxy);
const callable = new Proxy(function (a: number, b: number) { return a + b; }, { apply: (f, self, args) => Reflect.apply(f, self, args) * 10, construct: () => ({ made: true }) });
const { proxy: gone, revoke } = Proxy.revocable({}, {});
revoke();
try { (gone as any).x; } catch (error) { refused.push(error.name); }
return { values, log, refused, keys, b: target.b, called: callable(1, 2), made: new (callable as any)(), array: Array.isArray(new Proxy([], {})) };
