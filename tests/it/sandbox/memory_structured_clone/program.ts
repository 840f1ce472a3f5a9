const rows = Array.from({ length: 1000 }, (_, n) => ({ n, text: "row " + n, tags: [n, n] }));
const copies: unknown[] = [];
for (;;) copies.push(structuredClone(rows));
