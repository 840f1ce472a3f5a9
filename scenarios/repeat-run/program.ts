const counts: Record<string, number> = {};
let after = "";
do {
  const page = await github.list_issues({ owner: "acme", repo: "storefront", state: "open", perPage: 100, ...(after && { after }) });
  for (const { labels } of page.issues) for (const { name } of labels) counts[name] = (counts[name] ?? 0) + 1;
  after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : "";
} while (after);
return Object.entries(counts).sort(([a, n], [b, m]) => m - n || a.localeCompare(b)).slice(0, 3);
