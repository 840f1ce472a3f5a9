class Counter {
  static #made = 0;
  static names: string[] = [];
  static { this.names.push("first", `made ${this.#made}`); }
  #count = 1;
  constructor() { Counter.#made++; }
  get count() { return this.#count; }
  set count(value: number) { this.#count = Math.max(value, 0); }
  #double() { return this.#count * 2; }
  doubled() { return this.#double(); }
  static is(value: object) { return #count in value; }
  static get made() { return this.#made; }
  *[Symbol.iterator]() { for (let i = 0; i < this.#count; i++) yield i; }
  get [Symbol.toStringTag]() { return "Counter"; }
}
class Named extends Counter { kind = new.target?.name ?? "field"; toString() { return `${super.toString()}/${this.doubled()}`; } }
const counter = new Named();
counter.count = 3;
let refused = "";
try { Counter.prototype.doubled.call({}); } catch (error) { refused = error.name; }
const spread = [...counter], text = String(counter), checks = [Counter.is(counter), Counter.is({})];
return { names: Counter.names, made: Counter.made, spread, text, checks, refused, kind: counter.kind, keys: Object.keys(counter) };
