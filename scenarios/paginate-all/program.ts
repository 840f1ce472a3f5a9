const sums: Record<string, number[]> = {};
let cursor = "";
do {
  const page = await billing.list_invoices({ limit: 100, cursor });
  for (const { currency, total, amount_remaining } of page.data) {
    const sum = (sums[currency] ??= [0, 0, 0]);
    sum[0] += 1;
    sum[1] += total;
    sum[2] += amount_remaining;
  }
  cursor = page.next_cursor;
} while (cursor);
return sums;
