const all: Uint8Array[] = [];
for (;;) all.push(new Uint8Array(1024 * 1024).fill(1));
