const bytes = new Uint8Array(16 * 1024 * 1024);
for (let n = 0; ; n++) bytes.fill(n).reverse();
