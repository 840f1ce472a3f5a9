try {
  return await import("./tools/test/echo.ts", { with: { type: "text" } });
} catch (error) {
  return "refused";
}
