const { documents: found } = await documents.list_documents({ kind: "postmortem", created_after: "2026-01-01", limit: 50 });
return Promise.all(found.map(async ({ id, title }) => {
  const { content } = await documents.get_document({ document_id: id });
  const section = (name: string) => content.split(`## ${name}\n`)[1].split("\n## ")[0].trim();
  return { title, root_cause: section("Root cause"), action_items: section("Action items") };
}));
