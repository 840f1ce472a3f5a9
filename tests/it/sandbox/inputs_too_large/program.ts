// Each is small as text; the host keeps them parsed.
for (let n = 0; n < 100; n++) await test.echo({ n, zeros: new Array(100_000).fill(0) });
