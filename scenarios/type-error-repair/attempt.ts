const { issues } = await github.list_issues({ owner: "acme", repo: "storefront", state: "open", labels: ["priority: high"], per_page: 100 });
return issues.filter(({ assignees }) => assignees.length === 0).map(({ number }) => number).sort((a, b) => a - b);
