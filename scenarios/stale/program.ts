const { accounts: [{ id, risk: before }] } = await crm.find_accounts({ domain: "northgateenergy.example" });
await crm.get_account({ account_id: id });
await crm.update_account({ account_id: id, risk: before === "high" ? "low" : "high" });
const { risk: after } = await crm.get_account({ account_id: id });
return { before, after };
