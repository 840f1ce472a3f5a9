const seen: string[] = [];
const patch = (object: any, name: PropertyKey) => {
  const original = object[name];
  try { object[name] = function (...args: unknown[]) { seen[seen.length] = String(name); return Reflect.apply(original, this, args); }; } catch {}
};
for (const [object, names] of [
  [Array.prototype, ["push", "map", "join", "forEach", Symbol.iterator]], [Map.prototype, ["get", "set", "has", "delete"]], [Set.prototype, ["has"]],
  [Function.prototype, ["apply", "call", "bind", Symbol.hasInstance]], [RegExp.prototype, ["exec", "test"]], [String.prototype, ["split", "slice", "indexOf", "startsWith"]],
  [Object, ["keys", "entries", "defineProperty", "freeze"]], [Promise, ["resolve", "all"]], [Promise.prototype, ["then", "catch", "finally"]], [JSON, ["parse", "stringify"]],
] as [any, PropertyKey[]][]) for (const name of names) patch(object, name);
const count = seen.length;
const answer = await test.echo({ list: [1, 2] });
console.log("a", 1, { b: [2] });
const during = seen.slice(count);
return { answer, during };
