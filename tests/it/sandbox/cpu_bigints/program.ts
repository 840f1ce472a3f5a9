const modulus = 2n ** 200_000n - 1n;
for (let n = 3n; ; ) n = (n * n) % modulus;
