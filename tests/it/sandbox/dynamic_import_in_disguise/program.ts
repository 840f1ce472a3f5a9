const disguises = [
  "./tools/test/%2e%2e/program.ts", "./tools/%2e%2e/program.ts", "./tools/test%2fecho.ts", "./tools/test/echo%2ets", ".\\tools\\test\\echo.ts", "./tools\\..\\x.ts",
  "./tools\u2215test\u2215echo.ts", "./tools/\uff0e\uff0e/x.ts", "./tools/test/echo.ts.", "./tools/test/...", "./tools/test/echo.ts\0.ts", "./tools/test/\0", "./tools/test/echo.ts?raw", "./tools/test/echo.ts#raw",
  "FILE:///etc/passwd", "File:/etc/passwd", "//etc/passwd", "/etc/passwd", "\\\\host\\share", "C:\\x.ts", "blob:null/1", "about:blank", "ext:core/mod.js", "EXT:core/ops", "internal:x", "checkin:x", "jsr:@std/fs", "deno:x", "bun:ffi",
  "codefirst:bootstrap", "codefirst:///tools/test/echo.ts", "CODEFIRST:///program.js", "codefirst:///program.js?again", "codefirst:///program.ts", "DATA:text/javascript,1", "javascript:1", "https://h/x.ts", " ./tools/test/echo.ts", "./tools/test/echo.ts\n",
  "./tools/./test/echo.ts", "././tools/test/echo.ts", "../tools/test/echo.ts", "./tools//test/echo.ts", "./tools/test/echo.ts/", "./Tools/test/echo.ts", "./tools/test/echo.mjs", "./tools/test/echo.ts.js", "", ".", "/", "./tools", "#x", "@scope/x",
];
const wrong: string[] = [];
for (const specifier of disguises) {
  try {
    await import(specifier);
    wrong.push(`imported ${specifier}`);
  } catch (error) {
    if (!error.message.includes("./tools/<server>/<tool>.ts")) wrong.push(`${specifier}: ${error.message}`);
  }
}
return wrong;
