const same = (actual, expected, what) => {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a} is not ${b}`);
};
const fails = (call, name, what) => {
  try {
    call();
  } catch (error) {
    if (error.name !== name) throw new Error(`${what}: ${error.name}: ${error.message}`);
    return error;
  }
  throw new Error(`${what}: nothing was thrown`);
};

const id = crypto.randomUUID();
same(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id), true, id);
same(new Set(Array.from({ length: 100 }, () => crypto.randomUUID())).size, 100, "random");
const bytes = new Uint8Array(64);
same([crypto.getRandomValues(bytes) === bytes, bytes.every((byte) => byte === 0)], [true, false], "getRandomValues");
const part = new Uint8Array(16);
crypto.getRandomValues(part.subarray(4, 8));
same([...part.slice(0, 4), ...part.slice(8)].every((byte) => byte === 0), true, "only the view");
crypto.getRandomValues(new BigUint64Array(2));
fails(() => crypto.getRandomValues(new Float32Array(1)), "TypeMismatchError", "floats");
fails(() => crypto.getRandomValues(new Uint8Array(65537)), "QuotaExceededError", "too many");

const start = performance.now();
await new Promise((done) => setTimeout(done, 20));
const elapsed = performance.now() - start;
same(elapsed >= 18 && elapsed < 5000, true, `${elapsed} ms`);
same(Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 2000, true, "timeOrigin");

export default "ok";
