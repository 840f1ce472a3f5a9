const accounts = [];
let cursor = "";
do {
  const page = await crm.list_accounts({ risk: "medium", limit: 50, ...(cursor && { cursor }) });
  accounts.push(...page.accounts);
  cursor = page.next_cursor;
} while (cursor);

const customers = await Promise.all(accounts.map(({ domain }) => billing.find_customers({ domain })));
const invoices = await Promise.all(customers.map(({ data: [{ id }] }) =>
  billing.list_invoices({ customer: id, status: "open", limit: 100 })));
const disputed = invoices.flatMap(({ data }) => data).filter(({ metadata }) => metadata.disputed_over_issue);
const lines = await Promise.all(disputed.map(async ({ customer_name, number, currency, amount_remaining, metadata }) => {
  const issue = await github.get_issue({ owner: "acme", repo: "storefront", issue_number: +metadata.disputed_over_issue });
  return issue.state === "open" && `${customer_name}: ${number} ${currency.toUpperCase()} ${amount_remaining} (#${issue.number})`;
}));
return lines.filter(Boolean).sort();
