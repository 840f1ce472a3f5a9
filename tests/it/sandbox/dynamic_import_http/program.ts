const specifier = "http://127.0.0.1/x.ts";
try {
  await import(specifier);
} catch (error) {
  return error.message.includes("./tools/<server>/<tool>.ts") && error.message.includes(JSON.stringify(specifier).slice(1, -1));
}
