const error = new AggregateError([], "read me");
for (const key of ["stack", "cause", "errors"]) {
  Object.defineProperty(error, key, { get() { throw new Error(`${key} was read`); } });
}
throw error;
