const all: unknown[] = [];
for (;;) {
  try {
    for (;;) all.push({ n: all.length });
  } catch {}
}
