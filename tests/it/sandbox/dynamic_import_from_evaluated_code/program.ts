const wrong: string[] = [];
for (const specifier of ["file:///etc/passwd", "ext:core/ops", "./program.js", "codefirst:///program.js", "codefirst:bootstrap"]) {
  const code = `import(${JSON.stringify(specifier)})`;
  const attempts = { direct: () => eval(code), indirect: () => (0, eval)(code), made: () => new Function(`return ${code}`)(), timer: () => new Promise((done) => setTimeout(() => done(eval(code)), 1)) };
  for (const [name, attempt] of Object.entries(attempts)) {
    try { await Promise.race([attempt(), new Promise((done) => setTimeout(done, 50))]); wrong.push(`${name} ${specifier}`); } catch {}
  }
}
return wrong;
