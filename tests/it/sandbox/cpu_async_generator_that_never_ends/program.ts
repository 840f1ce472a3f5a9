async function* forever() {
  for (let n = 0; ; n++) yield n;
}
let sum = 0;
for await (const n of forever()) sum += n;
