try {
  await test.echo({ text: "x".repeat(9_000_000) });
} catch (error) {
  return [error.name, error.message];
}
