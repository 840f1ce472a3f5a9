import type { echo } from "./tools/test/echo.ts";
enum Color { Red = "red", Green = "green" }
const enum Flag { A = 1 << 0, B = 1 << 1, Both = A | B }
enum Mixed { Zero, Five = 5, Six, Computed = "abc".length }
namespace Geometry { export interface Point { x: number; y: number } export const origin: Point = { x: 0, y: 0 }; }
namespace Geometry { export namespace Inner { export const shift = (p: Point): Point => ({ ...p, x: p.x + 1 }); } }
declare const neverThere: string;
const sizes = ["s", "m"] as const;
type Size = (typeof sizes)[number];
const config = { port: 80, host: "h" } satisfies Record<string, string | number>;
abstract class Shape { abstract area(): number; protected constructor(readonly name: string) {} describe(this: Shape) { return `${this.name} ${this.area()}`; } }
class Square extends Shape { constructor(private side: number, public label?: string) { super("square"); } override area() { return this.side ** 2; } }
class Box<T extends { id: number }> { items!: T[]; static of<U extends { id: number }>(...items: U[]) { const box = new Box<U>(); box.items = items; return box; } }
function isSize(value: unknown): value is Size { return sizes.includes(value as Size); }
function assertIs(value: unknown): asserts value is string { if (typeof value !== "string") throw new TypeError("no string"); }
function pick<T, K extends keyof T>(object: T, ...keys: K[]): Pick<T, K> { return Object.fromEntries(keys.map((key) => [key, object[key]])) as Pick<T, K>; }
const maybe: unknown = "text"; assertIs(maybe);
type Call = typeof echo; let call: Call | undefined;
return {
  color: Color.Green, flag: Flag.Both, mixed: [Mixed.Six, Mixed[5], Mixed.Computed], shifted: Geometry.Inner.shift(Geometry.origin), port: config.port.toFixed(1),
  area: new Square(3).describe(), keys: Object.keys(new Square(2, "l")), box: Box.of({ id: 4 }).items[0].id, size: [isSize("m"), isSize("xl")],
  length: maybe.length, picked: pick({ a: 1, b: 2, c: 3 }, "a", "c"), absent: typeof neverThere, call: typeof call, last: sizes.at(-1)!,
};
