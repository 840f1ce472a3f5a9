let value: Record<string, unknown> = {};
for (let depth = 0; depth < 100_000; depth++) value = { value };
console.log(value);
return "printed";
