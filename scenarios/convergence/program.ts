const latest: Record<string, string[]> = {};
let cursor = "";
do {
  const page = await chat.list_messages({ channel: "#customer-escalations", cursor });
  for (const { text } of page.messages) {
    const event = text.match(/^(ESCALATION|RESOLVED) (\S+) #(\d+)/);
    if (event) latest[event[2]] ??= event;
  }
  cursor = page.response_metadata.next_cursor;
} while (cursor);

const open = Object.values(latest).filter((event) => event[1] === "ESCALATION");
const found = await Promise.all(open.map(([, , domain, issue]) => Promise.all([
  crm.find_accounts({ domain }),
  github.get_issue({ owner: "acme", repo: "storefront", issue_number: +issue }),
])));
const lines = await Promise.all(found.map(async ([{ accounts: [{ id, name }] }, { number, state }]) => {
  const risk = state === "open" ? "high" : "medium";
  await crm.update_account({ account_id: id, risk });
  return `${name}: ${risk} (#${number} ${state})`;
}));
return lines.sort();
