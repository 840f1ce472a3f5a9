for (let n = 0; n < 100_000; n++) test.echo({ n });
return "done";
