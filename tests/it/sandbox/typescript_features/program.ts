enum Level { Low = 1, High = Low << 3 }
namespace Shape { export const sides = 4; }
abstract class Base<T> { constructor(protected readonly value: T, private count = 2) {} total() { return this.count; } }
class Child extends Base<string> { declare ignored: number; get text() { return this.value! satisfies string; } }
function over(a: string): string;
function over(a: number): number;
function over(a: unknown) { return a; }
const child = new Child("v");
return [Level.High, Level[1], Shape.sides, child.text, child.total(), over(3), <number>7, (undefined as any)?.x ?? "none"];
