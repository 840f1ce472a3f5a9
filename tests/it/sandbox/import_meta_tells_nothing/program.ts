const told: string[] = [];
for (const key of Reflect.ownKeys(import.meta)) if (!["url", "main", "resolve"].includes(String(key))) told.push(String(key));
if (!import.meta.url.startsWith("codefirst:///program.")) told.push(import.meta.url);
for (const specifier of ["file:///etc/passwd", "../x.ts", "fs", ".", "/"]) {
  try { told.push(import.meta.resolve(specifier)); } catch {}
}
return { told, own: import.meta.resolve("./tools/test/echo.ts").endsWith("/tools/test/echo.ts") };
