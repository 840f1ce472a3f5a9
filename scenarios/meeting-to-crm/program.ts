const { documents: [{ id }] } = await documents.search_documents({ query: "Annual account review 2026 full transcript", limit: 1 });
const { content, properties } = await documents.get_document({ document_id: id });
const { accounts: [account] } = await crm.find_accounts({ domain: properties.customer_domain });
await crm.create_note({ account_id: account.id, body: content });
return `${account.name}: ${content.length} characters`;
