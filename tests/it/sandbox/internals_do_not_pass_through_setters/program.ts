const functions: string[] = [];
for (let index = 0; index < 12; index++) {
  for (const prototype of [Object.prototype, Array.prototype]) {
    Object.defineProperty(prototype, index, {
      set(value) {
        if (typeof value === "function") functions.length++;
        Object.defineProperty(this, index, { value, writable: true, enumerable: true, configurable: true });
      },
      configurable: true,
    });
  }
}
await test.echo({ a: 1 });
console.log("%s", { a: [1] }, new Map([[1, 2]]), new Error("x"));
new URL("http://h/?a=1").searchParams.get("a");
structuredClone([new TextEncoder().encode("x")]);
new AbortController().signal.addEventListener("abort", () => {});
await new Promise((resolve) => setTimeout(resolve, 1));
return functions.length;
