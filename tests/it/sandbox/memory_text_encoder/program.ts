const text = "€".repeat(1024 * 1024);
const all: Uint8Array[] = [];
for (;;) all.push(new TextEncoder().encode(text));
