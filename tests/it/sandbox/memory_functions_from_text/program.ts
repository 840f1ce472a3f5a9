const made: Function[] = [];
for (let n = 0; ; n++) made.push(new Function("a", `return a + ${n}`));
