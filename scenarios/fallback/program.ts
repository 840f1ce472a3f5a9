const { accounts: [account] } = await crm.find_accounts({ domain: "northgateenergy.example" });
await crm.create_note({ account_id: account.id, body: "Escalated to the account team." });
const updated = await crm.update_account({ account_id: account.id, risk: "high" });
return `${updated.name} is ${updated.owner.manager.name}'s`;
