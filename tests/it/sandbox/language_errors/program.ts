class HttpError extends Error {
  override name = "HttpError";
  constructor(readonly status: number, options?: ErrorOptions) { super(`status ${status}`, options); }
}
const chain: string[] = [];
try {
  try {
    try { JSON.parse("{"); } catch (cause) { throw new HttpError(500, { cause }); }
  } catch (cause) {
    throw new Error("outer", { cause });
  }
} catch (error) {
  for (let at: any = error; at; at = at.cause) chain.push(at.name);
}
const error = new HttpError(404);
const checks = [error instanceof HttpError, error instanceof Error, String(error), Object.keys(error), "cause" in error];
const many = new AggregateError([new RangeError("a"), "b"], "two");
const stack = [typeof error.stack, error.stack!.includes("program.ts:")];
const order: string[] = [];
const run = () => { try { order.push("try"); return order.length; } finally { order.push("finally"); } };
const names = [() => null.x, () => undeclared, () => (1).toFixed(101), () => decodeURI("%"), () => new Array(-1), () => Symbol() + ""].map((f: () => unknown) => { try { return f(); } catch (e) { return e.name; } });
return { chain, checks, many: [many.message, many.errors.length], stack, ran: run(), order, names };
