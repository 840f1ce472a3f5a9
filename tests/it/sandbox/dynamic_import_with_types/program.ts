const taken: string[] = [];
for (const specifier of ["./tools/test/echo.ts", "./tools/test/index.ts", "file:///etc/passwd", "codefirst:///program.js"]) {
  for (const type of ["text", "json", "bytes", "css", "javascript", "wasm", "", "toString"]) {
    try {
      await import(specifier, { with: { type } });
      taken.push(`${specifier} as ${type}`);
    } catch {}
  }
}
return taken;
