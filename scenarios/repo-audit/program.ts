const repository = { owner: "acme", repo: "storefront" };
const [pulls, high, { items }] = await Promise.all([
  github.list_pull_requests({ ...repository, state: "open", perPage: 100 }),
  github.list_issues({ ...repository, state: "open", labels: ["priority: high"], perPage: 100 }),
  github.search_code({ ...repository, query: "path:src/ extension:ts", perPage: 100 }),
]);
const files = await Promise.all(items.map(({ path }) => github.get_file_contents({ ...repository, path })));
const guards = files.flatMap(({ content }) => [...content.matchAll(/if \(id\.length > (\d+)\)/g)]);
return {
  oversized_pulls: pulls.filter(({ additions, deletions }) => additions + deletions > 400).length,
  stale_pulls: pulls.filter(({ created_at }) => created_at < "2026-07-01").length,
  unassigned_high: high.issues.filter(({ assignees }) => assignees.length === 0).length,
  loose_guards: guards.filter(([, most]) => +most > 64).length,
};
