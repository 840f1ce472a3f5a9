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

const first = new AbortController();
const { signal } = first;
const log = [];
signal.onabort = (e) => log.push(`on:${e.type}:${e.target === signal}`);
signal.addEventListener("abort", () => log.push("listener"));
same([signal.aborted, signal.reason], [false, undefined], "before");
signal.throwIfAborted();
first.abort();
first.abort("again");
same([signal.aborted, signal.reason.name, signal.reason instanceof DOMException, signal.reason.code], [true, "AbortError", true, 20], "after");
same(log, ["on:abort:true", "listener"], "events");
fails(() => signal.throwIfAborted(), "AbortError", "throwIfAborted");
same([AbortSignal.abort("why").reason, AbortSignal.abort().reason.name], ["why", "AbortError"], "abort");
fails(() => new AbortSignal(), "TypeError", "constructor");

const a = new AbortController();
const b = new AbortController();
const any = AbortSignal.any([a.signal, b.signal]);
let dependent = 0;
any.onabort = () => dependent++;
b.abort("b");
a.abort("a");
same([any.aborted, any.reason, dependent, AbortSignal.any([]).aborted], [true, "b", 1, false], "any");
same(AbortSignal.any([AbortSignal.abort(1), a.signal]).reason, 1, "any of an aborted one");

const keepsNodeWaiting = setTimeout(() => {}, 1000);
const timeout = AbortSignal.timeout(5);
same(timeout.aborted, false, "timeout");
await new Promise((done) => timeout.addEventListener("abort", done));
clearTimeout(keepsNodeWaiting);
same([timeout.reason.name, timeout.reason.code], ["TimeoutError", 23], "timed out");

const work = (signal) =>
  new Promise((done, reject) => {
    const id = setTimeout(done, 1000);
    signal.addEventListener("abort", () => {
      clearTimeout(id);
      reject(signal.reason);
    }, { once: true });
  });
const controller = new AbortController();
setTimeout(() => controller.abort(new Error("stop")), 2);
same(await work(controller.signal).catch((e) => e.message), "stop", "in use");

export default "ok";
