const log = await git.git_log({ repo_path: ".", max_count: 1000 });
const text = typeof log === "string" ? log : JSON.stringify(log);
const counts = new Map<string, number>();
for (const commit of text.split(/Commit: /).slice(1)) {
  const author = commit.match(/Author: (?:<git\.Actor ")?'?([A-Z]\w+ [A-Z]\w+)/)?.[1] ?? "unknown";
  if (/Message: '?Fix /.test(commit)) counts.set(author, (counts.get(author) ?? 0) + 1);
}
return [...counts].sort(([a, n], [b, m]) => m - n || a.localeCompare(b)).map(([author, n]) => `${author}: ${n}`);
