// crypto and performance; functions that say why they are absent; what of the engine a program must not have.
((internals) => {
  "use strict";
  const { ops, primordials, shared } = internals;
  const {
    DateNow,
    Error,
    FunctionPrototype,
    ObjectDefineProperty,
    ObjectHasOwn,
    ReflectDeleteProperty,
    ReflectOwnKeys,
    StringPrototypeStartsWith,
    SymbolToStringTag,
    TypedArrayPrototypeGetBuffer,
    TypedArrayPrototypeGetByteLength,
    TypedArrayPrototypeGetByteOffset,
    TypedArrayPrototypeGetSymbolToStringTag,
    Uint32Array,
    Uint8Array,
    globalThis,
  } = primordials;
  const { Math } = globalThis;
  const { op_absent_call, op_elapsed_ms, op_random_bytes, op_random_uuid, op_time_origin } = ops;

  function refuse(message, name) {
    shared.load("errors");
    throw new shared.DOMException(message, name);
  }

  class Crypto {
    getRandomValues(array) {
      const kind = TypedArrayPrototypeGetSymbolToStringTag(array);
      if (kind === undefined || StringPrototypeStartsWith(kind, "Float")) {
        refuse("crypto.getRandomValues takes a typed array of integers", "TypeMismatchError");
      }
      const length = TypedArrayPrototypeGetByteLength(array);
      if (length > 65536) {
        refuse(`${length} bytes are more than the 65536 that one call may ask for`, "QuotaExceededError");
      }
      const offset = TypedArrayPrototypeGetByteOffset(array);
      op_random_bytes(new Uint8Array(TypedArrayPrototypeGetBuffer(array), offset, length));
      return array;
    }
    randomUUID() {
      return op_random_uuid();
    }
    get subtle() {
      refuse(
        "crypto.subtle is not available: there are only crypto.randomUUID and crypto.getRandomValues",
        "NotSupportedError",
      );
    }
    get [SymbolToStringTag]() {
      return "Crypto";
    }
  }

  class Performance {
    now() {
      return op_elapsed_ms();
    }
    get timeOrigin() {
      return op_time_origin();
    }
    toJSON() {
      return { timeOrigin: op_time_origin() };
    }
    get [SymbolToStringTag]() {
      return "Performance";
    }
  }

  // The methods of both have their natural names; the classes are not globals, there is one object of each.
  const crypto = new Crypto();
  const performance = new Performance();

  // The engine seeds its generator once, in the process that the others are forked from: all would draw the same numbers.
  const randomWords = new Uint32Array(64);
  const randomBytes = new Uint8Array(randomWords.buffer);
  let nextWord = randomWords.length;
  shared.hide(Math, "random", {
    random() {
      if (nextWord === randomWords.length) {
        op_random_bytes(randomBytes);
        nextWord = 0;
      }
      const high = randomWords[nextWord++] >>> 5;
      const low = randomWords[nextWord++] >>> 6;
      return (high * 0x4000000 + low) / 0x20000000000000;
    },
  }.random);

  // deno_core calls each async op through this property: whoever replaced it would be handed the ops.
  ObjectDefineProperty(FunctionPrototype, "call", { __proto__: null, writable: false, configurable: false });

  // Engine internals, ways to a second global object, clocks finer than 1 ms, shared memory and its waits.
  const REMOVED = ["Atomics", "SharedArrayBuffer", "ShadowRealm", "gc", "performance"];
  for (let i = 0; i < REMOVED.length; i++) ReflectDeleteProperty(globalThis, REMOVED[i]);
  const keys = ReflectOwnKeys(globalThis);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    // The engine's own Intl and Temporal call this one by its global name; it only formats a date.
    if (key === "__v8xTemporalTimeZone") continue;
    if (typeof key === "symbol" || StringPrototypeStartsWith(key, "__v8")) ReflectDeleteProperty(globalThis, key);
  }

  shared.defineGlobal("crypto", crypto);
  shared.defineGlobal("performance", performance);
  shared.defineGlobal("self", globalThis);

  // Temporal's clock has nanoseconds: its functions are made again over the millisecond clock.
  const { Temporal } = globalThis;
  if (Temporal !== undefined) {
    const { Instant, Now } = Temporal;
    const { fromEpochMilliseconds } = Instant;
    const { timeZoneId } = Now;
    const toZoned = primordials.uncurryThis(Instant.prototype.toZonedDateTimeISO);
    const zonedProto = Temporal.ZonedDateTime.prototype;
    const toDateTime = primordials.uncurryThis(zonedProto.toPlainDateTime);
    const toDate = primordials.uncurryThis(zonedProto.toPlainDate);
    const toTime = primordials.uncurryThis(zonedProto.toPlainTime);
    const instant = () => primordials.ReflectApply(fromEpochMilliseconds, Instant, [DateNow()]);
    const zoned = (zone) => toZoned(instant(), zone === undefined ? timeZoneId() : zone);
    const functions = {
      instant: () => instant(),
      zonedDateTimeISO: (zone = undefined) => zoned(zone),
      plainDateTimeISO: (zone = undefined) => toDateTime(zoned(zone)),
      plainDateISO: (zone = undefined) => toDate(zoned(zone)),
      plainTimeISO: (zone = undefined) => toTime(zoned(zone)),
    };
    for (const name in functions) if (ObjectHasOwn(Now, name)) shared.hide(Now, name, functions[name]);
  }

  // `typeof fetch` must not throw, so these are functions; the hints are those of `absent_hint` in globals.rs.
  const ABSENT = [
    "fetch", "require", "XMLHttpRequest", "WebSocket", "EventSource", "Worker", "alert", "confirm", "prompt",
  ];
  for (let i = 0; i < ABSENT.length; i++) {
    const name = ABSENT[i];
    const absent = {
      [name]: function () {
        throw new Error(op_absent_call(name));
      },
    }[name];
    shared.defineGlobal(name, absent);
  }
})
