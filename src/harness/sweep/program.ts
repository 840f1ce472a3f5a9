let sum = 0;
for (let number: number | null = 1; number !== null; ) {
  const chunk = await synthetic.read_chunk({ number });
  sum += chunk.amount;
  number = chunk.next;
}
return sum;
