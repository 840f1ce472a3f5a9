try {
  await test.fail({ why: "no" });
} catch (error) {
  return [error.name, error.message, error.server, error.tool, error instanceof Error];
}
