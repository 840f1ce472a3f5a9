const specifier = "npm:left-pad";
try {
  await import(specifier);
} catch (error) {
  return error.message.includes("./tools/<server>/<tool>.ts") && error.message.includes(JSON.stringify(specifier).slice(1, -1));
}
