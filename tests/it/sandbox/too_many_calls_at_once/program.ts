await Promise.all(Array.from({ length: 100000 }, (_, i) => test.echo({ i })));
