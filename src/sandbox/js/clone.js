// structuredClone: the values of the HTML standard's algorithm that can exist in a program.
((internals) => {
  "use strict";
  const { core, primordials, shared } = internals;
  const {
    Array,
    ArrayBuffer,
    ArrayBufferPrototypeGetByteLength,
    ArrayBufferPrototypeSlice,
    ArrayIsArray,
    ArrayPrototypePush,
    BigInt64Array,
    BigUint64Array,
    DataView,
    DataViewPrototypeGetBuffer,
    DataViewPrototypeGetByteLength,
    DataViewPrototypeGetByteOffset,
    Date,
    DatePrototypeGetTime,
    Error,
    EvalError,
    Float32Array,
    Float64Array,
    Int16Array,
    Int32Array,
    Int8Array,
    Map,
    MapIteratorPrototypeNext,
    MapPrototypeEntries,
    MapPrototypeGet,
    MapPrototypeHas,
    MapPrototypeSet,
    Object,
    ObjectDefineProperty,
    ObjectHasOwn,
    ObjectKeys,
    RangeError,
    ReferenceError,
    ReflectGetOwnPropertyDescriptor,
    RegExp,
    RegExpPrototypeGetFlags,
    RegExpPrototypeGetSource,
    SafeMap,
    Set,
    SetIteratorPrototypeNext,
    SetPrototypeAdd,
    SetPrototypeValues,
    SyntaxError,
    TypeError,
    TypedArrayPrototypeGetBuffer,
    TypedArrayPrototypeGetByteOffset,
    TypedArrayPrototypeGetLength,
    TypedArrayPrototypeGetSymbolToStringTag,
    URIError,
    Uint16Array,
    Uint32Array,
    Uint8Array,
    Uint8ClampedArray,
    globalThis,
  } = primordials;
  const { DOMException, brandOf, hide, isDOMException, platformChecks, stackOf } = shared;
  const transferBuffer = primordials.ArrayBufferPrototypeTransfer;
  const getResizable = primordials.ArrayBufferPrototypeGetResizable;
  const getMaxByteLength = primordials.ArrayBufferPrototypeGetMaxByteLength;
  const getDetached = primordials.ArrayBufferPrototypeGetDetached;

  const ERRORS = { __proto__: null, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
  const VIEWS = {
    __proto__: null,
    BigInt64Array, BigUint64Array, Float16Array: globalThis.Float16Array, Float32Array, Float64Array, Int16Array,
    Int32Array, Int8Array, Uint16Array, Uint32Array, Uint8Array, Uint8ClampedArray,
  };

  const refuse = (what) => new DOMException(`${what} could not be cloned.`, "DataCloneError");

  // `seen` maps what has been cloned to its clone, so that cycles and shared references keep their shape.
  function clone(value, seen) {
    switch (typeof value) {
      case "symbol":
        throw refuse(primordials.SymbolPrototypeToString(value));
      case "function":
        throw refuse(primordials.FunctionPrototypeToString(value));
      case "object":
        if (value === null) return null;
        break;
      default:
        return value;
    }
    const known = MapPrototypeGet(seen, value);
    if (known !== undefined) return known;
    if (core.isProxy(value)) throw refuse("#<Object>");
    if (ArrayIsArray(value)) {
      const array = remember(seen, value, new Array(value.length));
      return copyProperties(value, array, seen);
    }
    const brand = brandOf(value);
    switch (brand) {
      case "Object":
        for (let i = 0; i < platformChecks.length; i++) {
          if (platformChecks[i](value)) throw refuse("An object of the platform (such as a URL)");
        }
        return copyProperties(value, remember(seen, value, {}), seen);
      case "Date":
        return remember(seen, value, new Date(DatePrototypeGetTime(value)));
      case "RegExp":
        return remember(seen, value, new RegExp(RegExpPrototypeGetSource(value), RegExpPrototypeGetFlags(value)));
      case "Map":
        return cloneMap(value, remember(seen, value, new Map()), seen);
      case "Set":
        return cloneSet(value, remember(seen, value, new Set()), seen);
      case "Error":
        return cloneError(value, seen);
      case "ArrayBuffer":
        return remember(seen, value, copyBuffer(value));
      case "TypedArray": {
        const buffer = clone(TypedArrayPrototypeGetBuffer(value), seen);
        const View = VIEWS[TypedArrayPrototypeGetSymbolToStringTag(value)];
        const offset = TypedArrayPrototypeGetByteOffset(value);
        return remember(seen, value, new View(buffer, offset, TypedArrayPrototypeGetLength(value)));
      }
      case "DataView": {
        const buffer = clone(DataViewPrototypeGetBuffer(value), seen);
        const offset = DataViewPrototypeGetByteOffset(value);
        return remember(seen, value, new DataView(buffer, offset, DataViewPrototypeGetByteLength(value)));
      }
      case "Number":
      case "String":
      case "Boolean":
      case "BigInt":
        return remember(seen, value, Object(primordials[`${brand}PrototypeValueOf`](value)));
      default:
        throw refuse(`#<${brand}>`);
    }
  }

  function remember(seen, value, copy) {
    MapPrototypeSet(seen, value, copy);
    return copy;
  }

  function copyProperties(from, to, seen) {
    const keys = ObjectKeys(from);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      // A getter that has run meanwhile may have removed it.
      if (!ObjectHasOwn(from, key)) continue;
      const value = clone(from[key], seen);
      // Defined rather than assigned: an assignment to `__proto__` would set the prototype.
      ObjectDefineProperty(to, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
    }
    return to;
  }

  function cloneMap(map, copy, seen) {
    const entries = [];
    const iterator = MapPrototypeEntries(map);
    for (let step = MapIteratorPrototypeNext(iterator); !step.done; step = MapIteratorPrototypeNext(iterator)) {
      ArrayPrototypePush(entries, step.value);
    }
    for (let i = 0; i < entries.length; i++) {
      MapPrototypeSet(copy, clone(entries[i][0], seen), clone(entries[i][1], seen));
    }
    return copy;
  }

  function cloneSet(set, copy, seen) {
    const values = [];
    const iterator = SetPrototypeValues(set);
    for (let step = SetIteratorPrototypeNext(iterator); !step.done; step = SetIteratorPrototypeNext(iterator)) {
      ArrayPrototypePush(values, step.value);
    }
    for (let i = 0; i < values.length; i++) SetPrototypeAdd(copy, clone(values[i], seen));
    return copy;
  }

  function cloneError(error, seen) {
    if (isDOMException(error)) {
      const copy = remember(seen, error, new DOMException(error.message, error.name));
      hide(copy, "stack", stackOf(error));
      return copy;
    }
    const name = error.name;
    const Constructor = (typeof name === "string" && ERRORS[name]) || Error;
    const message = ReflectGetOwnPropertyDescriptor(error, "message");
    const copy = remember(seen, error, message === undefined ? new Constructor() : new Constructor(`${message.value}`));
    hide(copy, "stack", stackOf(error));
    if (ObjectHasOwn(error, "cause")) hide(copy, "cause", clone(error.cause, seen));
    return copy;
  }

  function copyBuffer(buffer) {
    if (getDetached?.(buffer)) throw refuse("An ArrayBuffer that is detached");
    if (!getResizable?.(buffer)) return ArrayBufferPrototypeSlice(buffer, 0);
    const length = ArrayBufferPrototypeGetByteLength(buffer);
    const copy = new ArrayBuffer(length, { __proto__: null, maxByteLength: getMaxByteLength(buffer) });
    primordials.TypedArrayPrototypeSet(new Uint8Array(copy), new Uint8Array(buffer));
    return copy;
  }

  const functions = {
    structuredClone(value, options = undefined) {
      if (arguments.length === 0) throw new TypeError("structuredClone takes a value");
      const transfer = options?.transfer;
      const buffers = new SafeMap();
      const moved = [];
      if (transfer !== undefined) {
        for (const item of transfer) {
          if (typeof item !== "object" || item === null || brandOf(item) !== "ArrayBuffer") {
            throw new DOMException("Only an ArrayBuffer can be transferred.", "DataCloneError");
          }
          if (MapPrototypeHas(buffers, item)) throw refuse("An ArrayBuffer that is listed twice");
          if (getDetached?.(item)) throw refuse("An ArrayBuffer that is detached");
          MapPrototypeSet(buffers, item, true);
          ArrayPrototypePush(moved, item);
        }
      }
      const copy = clone(value, new SafeMap());
      for (let i = 0; i < moved.length; i++) transferBuffer(moved[i]);
      return copy;
    },
  };

  shared.defineLazy("structuredClone", functions.structuredClone);
})
