const { documents: [{ id }] } = await documents.search_documents({ query: "policy data retention", limit: 1 });
const { comments } = await documents.list_comments({ document_id: id });
const counts: Record<string, number> = {};
for (const { author } of comments) counts[author.name] = (counts[author.name] ?? 0) + 1;
return Object.entries(counts).map(([name, count]) => `${name}: ${count}`).sort();
