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

const target = new EventTarget();
const log = [];
const listener = (e) => log.push(`${e.type}:${e.target === target}:${e.currentTarget === target}:${e.eventPhase}`);
target.addEventListener("x", listener);
target.addEventListener("x", listener);
target.addEventListener("x", { handleEvent: () => log.push("object") });
target.addEventListener("x", () => log.push("once"), { once: true });
same(target.dispatchEvent(new Event("x")), true, "dispatch");
target.removeEventListener("x", listener);
target.dispatchEvent(new Event("x"));
same(log, ["x:true:true:2", "object", "once", "object"], "listeners");

const event = new Event("y", { cancelable: true });
target.addEventListener("y", (e) => {
  e.preventDefault();
  e.stopImmediatePropagation();
});
target.addEventListener("y", () => log.push("never"));
same([target.dispatchEvent(event), event.defaultPrevented, event.bubbles, event.currentTarget, log.length],
  [false, true, false, null, 4], "prevented");
same([new CustomEvent("c", { detail: { a: 1 } }).detail, new CustomEvent("c").detail], [{ a: 1 }, null], "detail");

const controller = new AbortController();
let calls = 0;
target.addEventListener("z", () => calls++, { signal: controller.signal });
target.dispatchEvent(new Event("z"));
controller.abort();
target.dispatchEvent(new Event("z"));
same(calls, 1, "signal");
fails(() => target.dispatchEvent({}), "TypeError", "no event");
fails(() => new Event(), "TypeError", "no type");
class Bus extends EventTarget {
  emit(type) {
    this.dispatchEvent(new Event(type));
  }
}
const bus = new Bus();
let heard = 0;
bus.addEventListener("a", () => heard++);
bus.emit("a");
same(heard, 1, "subclass");

export default "ok";
