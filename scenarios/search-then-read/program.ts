const { documents: [{ id }] } = await documents.search_documents({ query: "runbook fail over order database", limit: 1 });
const { content } = await documents.get_document({ document_id: id });
return content.match(/^Maximum time to recover: (.+)$/m)[1];
