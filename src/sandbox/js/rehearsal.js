// What programs usually do, a little of each; see `Isolate::rehearse`.
const rows = await callMCPTool("rehearsal", "rows", { page: 1, labels: ["a", "b"] });
const wanted = rows.items
  .filter((row) => row.state === "open" && /priority: ?high/.test(row.body))
  .map(({ id, title, user: { login } = {} }) => ({ id, title: title.trim().toUpperCase(), login }))
  .sort((a, b) => b.id - a.id);
const counts = new Map();
for (const { login } of wanted) counts.set(login, (counts.get(login) ?? 0) + 1);
const lengths = await Promise.all(wanted.map(async (row) => `${row.title}-${row.id}`.split("-").length));
class Total {
  #sum = 0;
  add(n) {
    this.#sum += n;
    return this;
  }
  get sum() {
    return this.#sum;
  }
}
let caught;
try {
  null.missing;
} catch (error) {
  caught = error.message.length > 0;
}
console.log(JSON.stringify([...counts]), wanted.length);
export default { ...Object.fromEntries(counts), lengths, sum: new Total().add(1.5).sum, caught };
