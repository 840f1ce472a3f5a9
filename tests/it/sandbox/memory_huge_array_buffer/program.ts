const refused: boolean[] = [];
for (const size of [10 * 2 ** 30, 2 ** 53 - 1]) {
  try { new Uint8Array(size).fill(1); } catch (error) { refused.push(error instanceof Error); }
}
return refused;
