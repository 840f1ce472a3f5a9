const factorial = (n: bigint): bigint => (n <= 1n ? 1n : n * factorial(n - 1n));
const division = [-7n / 2n, -7n % 2n, 7n ** 3n, -(2n ** 64n), 0xffn & 0x0fn, 1n << 70n, -9n >> 1n].map(String);
const wrapped = [BigInt.asUintN(8, 257n), BigInt.asIntN(8, 255n), BigInt("0x1f"), BigInt(Number.MAX_SAFE_INTEGER) + 2n].map(String);
const compared = [1n < 2, 2n == (2 as any), 1n === (1 as any), [3n, 1, 2n].sort((a, b) => (a < b ? -1 : 1)).map(String)];
const mistakes: string[] = [];
for (const attempt of [() => (1n as any) + 1, () => 1n / 0n, () => BigInt(1.5), () => BigInt("x"), () => Math.max(1n as any), () => 2n ** -1n]) {
  try { attempt(); } catch (error) { mistakes.push(error.name); }
}
const text = [factorial(25n).toString(), (255n).toString(16), typeof 1n, Number(2n ** 53n), parseInt("9007199254740993"), BigInt("9007199254740993").toString()];
return { division, wrapped, compared, mistakes, text };
