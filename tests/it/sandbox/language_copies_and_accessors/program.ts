const shared = { n: 1 };
const source: any = { date: new Date(0), map: new Map([["k", shared]]), set: new Set([shared]), bytes: new Uint8Array([1, 2]), nested: [shared, , undefined] };
source.self = source;
const copy = structuredClone(source);
copy.map.get("k").n = 2;
const clone = [copy.self === copy, copy.map.get("k") === [...copy.set][0], shared.n, copy.date.toISOString(), copy.bytes.length, 1 in copy.nested];
let refused = "";
try { structuredClone({ f() {} }); } catch (error) { refused = error.name; }
const temperature = { celsius: 20, get fahrenheit() { return this.celsius * 1.8 + 32; }, set fahrenheit(f) { this.celsius = (f - 32) / 1.8; } };
temperature.fahrenheit = 212;
const frozen = Object.freeze({ inner: { n: 1 } });
frozen.inner.n = 5;
const strict = (() => { try { (frozen as any).inner = 1; } catch (error) { return error.name; } })();
const described = Object.getOwnPropertyDescriptor(temperature, "fahrenheit")!;
const json = JSON.parse('{"a":[1,"2"],"__proto__":{"x":1}}', (key, value) => (typeof value === "number" ? value + 1 : value));
const text = JSON.stringify({ b: undefined, d: new Date(0), n: NaN, f() {}, t: "é\u2028\ud800" });
return { clone, refused, celsius: temperature.celsius, strict, inner: frozen.inner.n, getter: typeof described.get, json: [json.a, Object.keys(json), json.x === undefined], text, indented: JSON.stringify([{}], null, 1) };
