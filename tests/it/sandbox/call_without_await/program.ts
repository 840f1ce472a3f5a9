test.echo({ a: 1 }).then((answer) => console.log("late", JSON.stringify(answer)));
