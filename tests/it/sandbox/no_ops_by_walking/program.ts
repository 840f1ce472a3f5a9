const seen = new Set<unknown>();
const found: string[] = [];
const queue: [unknown, string][] = [[globalThis, "globalThis"]];
while (queue.length > 0) {
  const [value, path] = queue.pop()!;
  if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) continue;
  seen.add(value);
  if (value === (test as unknown)) continue;
  queue.push([Object.getPrototypeOf(value), path + ".__proto__"]);
  for (const key of Reflect.ownKeys(value as object)) {
    const name = String(key);
    if (/^op_|opcode|^core$|primordials|bootstrap/i.test(name)) found.push(path + "." + name);
    const property = Object.getOwnPropertyDescriptor(value as object, key)!;
    queue.push([property.value, path + "." + name], [property.get, path + ".get " + name], [property.set, path + ".set " + name]);
  }
}
return found;
