const { issues } = await github.export_issues({ owner: "acme", repo: "storefront" });
return issues
  .filter(({ body }) => +body.split("Customers affected: ")[1] >= 38500)
  .map(({ number, title, comments }) => `#${number} ${title} (${comments} comments)`);
