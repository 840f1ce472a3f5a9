const wrong: string[] = [];
for (const path of ["__proto__/index", "constructor/constructor", "test/constructor", "test/__proto__", "toString/toString", "test/hasOwnProperty", "nope/echo"]) {
  try { wrong.push(`${path}: ${Object.keys(await import(`./tools/${path}.ts`))}`); } catch (error) {
    if (!error.message.includes("there is no such tool")) wrong.push(error.message);
  }
}
return wrong;
