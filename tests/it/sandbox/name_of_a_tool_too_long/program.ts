try {
  await callMCPTool("test", "y".repeat(1_000_000), {});
} catch (error) {
  return [error.name, error.message.length < 200];
}
