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

const after = (ms) => new Promise((done) => setTimeout(done, ms));
const order = [];
setTimeout(() => order.push("b"), 15);
setTimeout((x, y) => order.push(x + y), 1, "a", "1");
queueMicrotask(() => order.push("micro"));
Promise.resolve().then(() => order.push("then"));
order.push("sync");
await after(40);
same(order, ["sync", "micro", "then", "a1", "b"], "order");

let ticks = 0;
await new Promise((done) => {
  const id = setInterval(() => {
    if (++ticks === 3) {
      clearInterval(id);
      done();
    }
  }, 1);
});
await after(10);
same(ticks, 3, "a cleared interval");

let fired = false;
clearTimeout(setTimeout(() => fired = true, 0));
for (const garbage of [undefined, null, -1, "x", {}, NaN, 1e9]) {
  clearTimeout(garbage);
  clearInterval(garbage);
}
await after(5);
same(fired, false, "a cleared timeout");

fails(() => setTimeout("code", 1), "TypeError", "a string");
fails(() => setTimeout(), "TypeError", "nothing");
fails(() => queueMicrotask(1), "TypeError", "queueMicrotask");
same(await new Promise((done) => setTimeout(() => setTimeout(() => done("nested"), 0), -5)), "nested", "nested");
same(await new Promise((done) => setImmediate(done, 7)), 7, "setImmediate");

const at = [];
for (const ms of [40, 20, 1]) setTimeout(() => at.push(ms), ms);
await after(80);
same(at, [1, 20, 40], "by time");

const started = Date.now();
await after(50);
if (Date.now() - started < 49) throw new Error("50 ms were too short");

export default "ok";
