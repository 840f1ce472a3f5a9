const pairs: number[][] = [];
outer: for (let i = 0; i < 3; i++) {
  for (let j = 0; j < 3; j++) {
    if (j === i) continue outer;
    if (i === 2) break outer;
    pairs.push([i, j]);
  }
}
const grade = (n: number) => { const out = []; switch (n) { case 1: out.push("one"); case 2: out.push("two"); break; default: out.push("other"); } return out; };
const overridden = (() => { try { throw new Error("lost"); } catch { return "caught"; } finally { return "finally"; } })();
const tag = (parts: TemplateStringsArray, ...values: unknown[]) => [[...parts.raw], values, Object.isFrozen(parts)];
const user: { name?: string; tags?: string[]; get?: () => number } | null = { tags: [] };
const nothing = null as any;
const optional = [user?.tags?.[0] ?? "none", user.get?.() ?? -1, nothing?.a.b.c ?? "short", delete nothing?.x];
let left: number | null = null, right = 0, last = 1;
left ??= 5; right ||= 6; last &&= 7;
const closures = []; for (let i = 0; i < 3; i++) closures.push(() => i);
const spread = { ...{ a: 1, b: 2 }, ...null, b: 3, ...[4] };
const numbers = [2 ** 10, (-7) % 3, 7 >>> 1, ~5, 0b101, 0o17, 1_000, 0.1 + 0.2 === 0.3, [1, 2, 3].length];
return { pairs, grades: [grade(1), grade(9)], overridden, tagged: tag`a\n${1}b`, optional, assigned: [left, right, last], closures: closures.map((f) => f()), spread, numbers, raw: String.raw`\u00e9${1}` };
