const { accounts: [{ id }] } = await crm.find_accounts({ domain: "northgateenergy.example" });
const { risk: before } = await crm.get_account({ account_id: id });
const { risk: again } = await crm.get_account({ account_id: id });
await crm.update_account({ account_id: id, risk: again === "high" ? "low" : "high" });
const { risk: after } = await crm.get_account({ account_id: id });
return { before, again, after };
