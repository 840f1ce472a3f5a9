// AbortController and AbortSignal.
((internals) => {
  "use strict";
  const { primordials, shared } = internals;
  const {
    ArrayPrototypePush,
    Symbol,
    SymbolToStringTag,
    TypeError,
  } = primordials;
  const { DOMException, Event, EventTarget, after, dispatch, signals } = shared;

  const constructible = Symbol("constructible");
  let abort, isSignal, onAbort;
  class AbortSignal extends EventTarget {
    #aborted = false;
    #reason = undefined;
    #algorithms = [];
    #handler = null;

    static {
      isSignal = (value) => typeof value === "object" && value !== null && #aborted in value;
      onAbort = (signal, algorithm) => {
        if (signal.#aborted) algorithm();
        else ArrayPrototypePush(signal.#algorithms, algorithm);
      };
      abort = (signal, reason) => {
        if (signal.#aborted) return;
        signal.#aborted = true;
        signal.#reason = reason === undefined ? new DOMException("This operation was aborted", "AbortError") : reason;
        const algorithms = signal.#algorithms;
        signal.#algorithms = [];
        for (let i = 0; i < algorithms.length; i++) algorithms[i]();
        dispatch(signal, new Event("abort"));
      };
      ArrayPrototypePush(shared.platformViews, [isSignal, (signal) => [["aborted", signal.#aborted]]]);
    }

    constructor(key = undefined) {
      super();
      if (key !== constructible) {
        throw new TypeError("AbortSignal has no constructor; use new AbortController().signal or AbortSignal.timeout");
      }
    }

    get aborted() {
      return this.#aborted;
    }
    get reason() {
      return this.#reason;
    }
    throwIfAborted() {
      if (this.#aborted) throw this.#reason;
    }
    get onabort() {
      return this.#handler;
    }
    set onabort(handler) {
      if (this.#handler !== null) this.removeEventListener("abort", this.#handler);
      this.#handler = typeof handler === "function" ? handler : null;
      this.addEventListener("abort", this.#handler);
    }
    get [SymbolToStringTag]() {
      return "AbortSignal";
    }

    static abort(reason = undefined) {
      const signal = new AbortSignal(constructible);
      abort(signal, reason);
      return signal;
    }

    static timeout(milliseconds) {
      const delay = +milliseconds;
      if (!(delay >= 0 && delay <= 0x1fffffffffffff)) throw new TypeError(`${delay} is not a time in milliseconds`);
      const signal = new AbortSignal(constructible);
      after(delay, () => abort(signal, new DOMException("The operation was aborted due to timeout", "TimeoutError")));
      return signal;
    }

    static any(signals) {
      const result = new AbortSignal(constructible);
      const sources = [];
      for (const source of signals) {
        if (!isSignal(source)) throw new TypeError("AbortSignal.any takes AbortSignals");
        ArrayPrototypePush(sources, source);
      }
      for (let i = 0; i < sources.length; i++) {
        if (sources[i].#aborted) {
          result.#aborted = true;
          result.#reason = sources[i].#reason;
          return result;
        }
      }
      for (let i = 0; i < sources.length; i++) {
        const source = sources[i];
        onAbort(source, () => abort(result, source.#reason));
      }
      return result;
    }
  }

  class AbortController {
    #signal = new AbortSignal(constructible);
    static {
      ArrayPrototypePush(shared.platformChecks, (value) => #signal in value);
      ArrayPrototypePush(shared.platformViews, [
        (value) => #signal in value,
        (controller) => [["signal", controller.#signal]],
      ]);
    }
    get signal() {
      return this.#signal;
    }
    abort(reason = undefined) {
      abort(this.#signal, reason);
    }
    get [SymbolToStringTag]() {
      return "AbortController";
    }
  }

  signals.is = isSignal;
  signals.onAbort = onAbort;
  shared.defineLazy("AbortSignal", AbortSignal);
  shared.defineLazy("AbortController", AbortController);
})
