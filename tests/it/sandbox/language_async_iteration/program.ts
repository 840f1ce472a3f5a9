const log: string[] = [];
async function* pages(limit: number) {
  try {
    for (let page = 1; page <= limit; page++) yield (await test.echo({ page })).page as number;
  } finally {
    log.push("closed");
  }
}
const all: number[] = [];
for await (const page of pages(3)) all.push(page);
for await (const page of pages(100)) if (page === 2) break;
async function* both() { yield "start"; yield* pages(1); }
const mixed = await Array.fromAsync(both());
const mapped = []; for await (const n of [Promise.resolve(1), 2]) mapped.push(n);
let caught = "";
try {
  for await (const page of pages(5)) throw new Error(`at ${page}`);
} catch (error) {
  caught = error.message;
}
const generator = pages(9);
const sent = [await generator.next(), await generator.return(7 as never), await generator.next()];
return { all, log, mixed, mapped, caught, sent: sent.map((step) => [step.value ?? "none", step.done]) };
