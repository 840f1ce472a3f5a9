// Event, CustomEvent and EventTarget.
((internals) => {
  "use strict";
  const { ops, primordials, shared } = internals;
  const {
    ArrayPrototypePush,
    ArrayPrototypeSlice,
    ArrayPrototypeSplice,
    MapPrototypeGet,
    MapPrototypeSet,
    ReflectApply,
    SafeMap,
    SymbolToStringTag,
    TypeError,
  } = primordials;
  const { op_elapsed_ms } = ops;
  const { DOMException, reportError } = shared;
  // What listeners need to know of AbortSignal; abort.js fills it in.
  const signals = { __proto__: null, is: () => false, onAbort: () => {} };

  let dispatchState, isEvent;
  class Event {
    #type;
    #bubbles;
    #cancelable;
    #composed;
    #timeStamp = op_elapsed_ms();
    // What the dispatching target knows and the listeners may change.
    #state = { __proto__: null, target: null, currentTarget: null, phase: 0, canceled: false, stopped: false };

    static {
      dispatchState = (event) => event.#state;
      isEvent = (value) => typeof value === "object" && value !== null && #state in value;
      ArrayPrototypePush(shared.platformChecks, isEvent);
      ArrayPrototypePush(shared.platformViews, [
        isEvent,
        (event) => [["type", event.#type], ["defaultPrevented", event.#state.canceled]],
      ]);
    }

    constructor(type, options = undefined) {
      if (arguments.length === 0) throw new TypeError("Event takes a type as its first argument");
      this.#type = `${type}`;
      this.#bubbles = !!options?.bubbles;
      this.#cancelable = !!options?.cancelable;
      this.#composed = !!options?.composed;
    }

    get type() {
      return this.#type;
    }
    get bubbles() {
      return this.#bubbles;
    }
    get cancelable() {
      return this.#cancelable;
    }
    get composed() {
      return this.#composed;
    }
    get timeStamp() {
      return this.#timeStamp;
    }
    get isTrusted() {
      return false;
    }
    get target() {
      return this.#state.target;
    }
    get srcElement() {
      return this.#state.target;
    }
    get currentTarget() {
      return this.#state.currentTarget;
    }
    get eventPhase() {
      return this.#state.phase;
    }
    get defaultPrevented() {
      return this.#state.canceled;
    }
    get returnValue() {
      return !this.#state.canceled;
    }
    composedPath() {
      return this.#state.currentTarget === null ? [] : [this.#state.currentTarget];
    }
    preventDefault() {
      if (this.#cancelable) this.#state.canceled = true;
    }
    stopPropagation() {}
    stopImmediatePropagation() {
      this.#state.stopped = true;
    }
    get [SymbolToStringTag]() {
      return "Event";
    }
    static NONE = 0;
    static CAPTURING_PHASE = 1;
    static AT_TARGET = 2;
    static BUBBLING_PHASE = 3;
  }

  class CustomEvent extends Event {
    #detail;
    constructor(type, options = undefined) {
      super(type, options);
      this.#detail = options?.detail ?? null;
    }
    get detail() {
      return this.#detail;
    }
    get [SymbolToStringTag]() {
      return "CustomEvent";
    }
  }

  let dispatch;
  class EventTarget {
    #listeners = new SafeMap();

    static {
      ArrayPrototypePush(shared.platformChecks, (value) => #listeners in value);
      // Runs the listeners of one event; their errors are the program's uncaught errors.
      dispatch = (target, event) => {
        const state = dispatchState(event);
        if (state.phase !== 0) throw new DOMException("The event is already being dispatched", "InvalidStateError");
        state.target = state.currentTarget = target;
        state.phase = 2;
        state.stopped = false;
        const registered = MapPrototypeGet(target.#listeners, event.type);
        const snapshot = registered === undefined ? [] : ArrayPrototypeSlice(registered);
        for (let i = 0; i < snapshot.length && !state.stopped; i++) {
          const listener = snapshot[i];
          if (listener.removed) continue;
          if (listener.once) remove(registered, listener);
          try {
            const { callback } = listener;
            if (typeof callback === "function") ReflectApply(callback, target, [event]);
            else callback.handleEvent(event);
          } catch (error) {
            reportError(error);
          }
        }
        state.currentTarget = null;
        state.phase = 0;
        return !state.canceled;
      };
    }

    addEventListener(type, callback, options = undefined) {
      const { capture, once, signal } = listenerOptions(options);
      if (callback === null || callback === undefined) return;
      if (typeof callback !== "function" && typeof callback !== "object") {
        throw new TypeError("An event listener is a function or an object with a handleEvent method");
      }
      if (signal !== undefined && signal.aborted) return;
      const key = `${type}`;
      let registered = MapPrototypeGet(this.#listeners, key);
      if (registered === undefined) MapPrototypeSet(this.#listeners, key, registered = []);
      if (find(registered, callback, capture) >= 0) return;
      const listener = { __proto__: null, callback, capture, once, removed: false };
      ArrayPrototypePush(registered, listener);
      if (signal !== undefined) signals.onAbort(signal, () => remove(registered, listener));
    }

    removeEventListener(type, callback, options = undefined) {
      const registered = MapPrototypeGet(this.#listeners, `${type}`);
      if (registered === undefined) return;
      const at = find(registered, callback, listenerOptions(options).capture);
      if (at >= 0) remove(registered, registered[at]);
    }

    dispatchEvent(event) {
      if (!isEvent(event)) throw new TypeError("dispatchEvent takes an Event");
      return dispatch(this, event);
    }
    get [SymbolToStringTag]() {
      return "EventTarget";
    }
  }

  function listenerOptions(options) {
    if (typeof options === "boolean") return { __proto__: null, capture: options, once: false, signal: undefined };
    const signal = options?.signal;
    if (signal !== undefined && !signals.is(signal)) throw new TypeError("The option signal is not an AbortSignal");
    return { __proto__: null, capture: !!options?.capture, once: !!options?.once, signal };
  }

  function find(registered, callback, capture) {
    for (let i = 0; i < registered.length; i++) {
      if (registered[i].callback === callback && registered[i].capture === capture) return i;
    }
    return -1;
  }

  function remove(registered, listener) {
    listener.removed = true;
    for (let i = 0; i < registered.length; i++) {
      if (registered[i] === listener) {
        ArrayPrototypeSplice(registered, i, 1);
        return;
      }
    }
  }

  shared.Event = Event;
  shared.EventTarget = EventTarget;
  shared.dispatch = dispatch;
  shared.signals = signals;
  shared.defineLazy("Event", Event);
  shared.defineLazy("CustomEvent", CustomEvent);
  shared.defineLazy("EventTarget", EventTarget);
})
