throw new Error(`start ${"x".repeat(2 ** 24)}`);
