const ids = ["Cy-6BOzhayiZn-TiDAodv1oD7vZrXdy7X", "5dN-2XxmGR8aaglJXlRFVIk8W5a6xuHGW", "phP5pvM5GonSCgVpxfoOyjx3IZ1QWcWNM"];
const notes = await Promise.all(ids.map((id) => documents.get_document({ document_id: id })));
return notes.map(({ content }) => content).join("\n\n");
