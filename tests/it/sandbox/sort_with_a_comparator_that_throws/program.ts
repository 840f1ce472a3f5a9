const rows = [{ n: 2 }, { n: 1 }, null];
rows.sort((a, b) =>
  a!.n - b!.n);
return rows;
