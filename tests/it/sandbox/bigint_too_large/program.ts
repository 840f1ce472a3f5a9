const refused: string[] = [];
for (const power of [10_000_000n, 2n ** 80n]) {
  try { 2n ** power; } catch (error) { refused.push(error.name); }
}
try { 1n << (2n ** 64n); } catch (error) { refused.push(error.name); }
return refused;
