let error = new Error("innermost");
for (let n = 0; n < 100_000; n++) error = new Error(`number ${n}`, { cause: error });
throw error;
