// setTimeout, setInterval, setImmediate and their clears, over the timers of deno_core, and queueMicrotask.
((internals) => {
  "use strict";
  const { core, ops, primordials, shared } = internals;
  const {
    MapPrototypeDelete,
    MapPrototypeGet,
    MapPrototypeSet,
    ReflectApply,
    SafeMap,
    TypeError,
  } = primordials;
  const { cancelTimer, createTimer, reportUnhandledException } = core;
  const { op_timer_clear, op_timer_set } = ops;

  const running = new SafeMap();
  let lastId = 0;

  function start(name, callback, delay, args, repeat) {
    if (typeof callback !== "function") {
      throw new TypeError(`${name} takes a function as its first argument, not ${describe(callback)}`);
    }
    const id = ++lastId;
    const milliseconds = +delay;
    // An arrow function, so that the callback sees neither deno_core's timer as `this` nor its arguments.
    const fire = () => {
      if (repeat) op_timer_set(id, milliseconds);
      else {
        op_timer_clear(id);
        MapPrototypeDelete(running, id);
      }
      ReflectApply(callback, undefined, args);
    };
    MapPrototypeSet(running, id, createTimer(fire, milliseconds, undefined, repeat, true));
    op_timer_set(id, milliseconds);
    return id;
  }

  function stop(id) {
    const key = typeof id === "string" ? +id : id;
    const timer = MapPrototypeGet(running, key);
    if (timer !== undefined) {
      MapPrototypeDelete(running, key);
      op_timer_clear(key);
      cancelTimer(timer);
    }
  }

  function describe(value) {
    if (typeof value === "string") return "a string of code";
    return value === null ? "null" : typeof value;
  }

  const functions = {
    setTimeout(callback, delay = undefined, ...args) {
      return start("setTimeout", callback, delay, args, false);
    },
    setInterval(callback, delay = undefined, ...args) {
      return start("setInterval", callback, delay, args, true);
    },
    setImmediate(callback, ...args) {
      return start("setImmediate", callback, 0, args, false);
    },
    clearTimeout(id = undefined) {
      stop(id);
    },
    clearInterval(id = undefined) {
      stop(id);
    },
    clearImmediate(id = undefined) {
      stop(id);
    },
    queueMicrotask(callback) {
      if (typeof callback !== "function") {
        throw new TypeError(`queueMicrotask takes a function, not ${describe(callback)}`);
      }
      enqueue(callback);
    },
  };
  const { queueMicrotask: enqueue } = primordials;

  const names = primordials.ObjectKeys(functions);
  for (let i = 0; i < names.length; i++) shared.defineGlobal(names[i], functions[names[i]]);

  shared.reportError = (error) => reportUnhandledException(error);
  // For AbortSignal.timeout: keeps the program waiting like a timer of its own.
  shared.after = (milliseconds, callback) => {
    start("AbortSignal.timeout", () => callback(), milliseconds, [], false);
  };
})
