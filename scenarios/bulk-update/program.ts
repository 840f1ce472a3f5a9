const due = [];
let cursor = "";
do {
  const page = await billing.list_invoices({ status: "open", limit: 100, cursor });
  due.push(...page.data.filter((invoice) => invoice.attempt_count >= 4));
  cursor = page.next_cursor;
} while (cursor);

const remaining: Record<string, number> = {};
await Promise.all(due.map(({ id, currency, amount_remaining }) => {
  remaining[currency] = (remaining[currency] ?? 0) + amount_remaining;
  return billing.update_invoice({ invoice_id: id, collection_state: "in_collections" });
}));
return { updated: due.length, remaining };
