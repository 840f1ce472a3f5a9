for (const key of ["stack", "cause", "name", "message"]) {
  Object.defineProperty(Error.prototype, key, { get() { throw new Error(`${key} was read`); }, set() {}, configurable: true });
}
throw new Error("lost");
