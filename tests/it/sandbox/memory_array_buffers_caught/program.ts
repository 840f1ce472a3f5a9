const all: Uint8Array[] = [];
try {
  for (;;) all.push(new Uint8Array(8 * 1024 * 1024).fill(1));
} catch (error) {
  all.length = 0;
  return error instanceof Error;
}
