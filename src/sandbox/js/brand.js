// What kind of object a value is, by its internal slots and not by what it says of itself.
((internals) => {
  "use strict";
  const { core, primordials, shared } = internals;
  const {
    ArrayBufferPrototypeGetByteLength,
    BigIntPrototypeValueOf,
    BooleanPrototypeValueOf,
    DataViewPrototypeGetByteLength,
    DatePrototypeGetTime,
    Error,
    MapPrototypeGet,
    MapPrototypeGetSize,
    NumberPrototypeValueOf,
    ObjectGetPrototypeOf,
    ReflectApply,
    ReflectGetOwnPropertyDescriptor,
    RegExpPrototypeGetSource,
    SafeMap,
    SetPrototypeGetSize,
    StringPrototypeValueOf,
    SymbolPrototypeValueOf,
    TypedArrayPrototypeGetSymbolToStringTag,
    WeakMapPrototypeHas,
    WeakRefPrototypeDeref,
    WeakSetPrototypeHas,
  } = primordials;

  // For each intrinsic prototype: the brand of the objects below it, and a function that throws for any other object.
  const checks = new SafeMap();
  const add = (name, check) => checks.set(primordials[`${name}Prototype`], [name, check]);
  add("Map", MapPrototypeGetSize);
  add("Set", SetPrototypeGetSize);
  add("Date", DatePrototypeGetTime);
  add("RegExp", RegExpPrototypeGetSource);
  add("ArrayBuffer", ArrayBufferPrototypeGetByteLength);
  add("DataView", DataViewPrototypeGetByteLength);
  add("Number", NumberPrototypeValueOf);
  add("String", StringPrototypeValueOf);
  add("Boolean", BooleanPrototypeValueOf);
  add("Symbol", SymbolPrototypeValueOf);
  add("BigInt", BigIntPrototypeValueOf);
  add("WeakMap", (value) => WeakMapPrototypeHas(value, value));
  add("WeakSet", (value) => WeakSetPrototypeHas(value, value));
  add("WeakRef", WeakRefPrototypeDeref);
  add("Promise", (value) => {
    if (!core.isPromise(value)) throw undefined;
  });
  add("Error", (value) => {
    if (!core.isNativeError(value)) throw undefined;
  });
  add("MapIterator", () => {});
  add("SetIterator", () => {});
  add("Generator", () => {});
  add("AsyncGenerator", () => {});
  checks.set(primordials.TypedArrayPrototype, ["TypedArray", (value) => {
    if (TypedArrayPrototypeGetSymbolToStringTag(value) === undefined) throw undefined;
  }]);

  // "Object" for what has no brand of its own. An object whose prototype was exchanged counts as what it inherits from.
  shared.brandOf = (value) => {
    let proto = ObjectGetPrototypeOf(value);
    for (let depth = 0; proto !== null && depth < 64; depth++) {
      const found = MapPrototypeGet(checks, proto);
      if (found !== undefined) {
        try {
          found[1](value);
          return found[0];
        } catch {
          return "Object";
        }
      }
      proto = ObjectGetPrototypeOf(proto);
    }
    return "Object";
  };

  // The engine's own getter of `stack`, which runs none of the program's code.
  const getStack = ReflectGetOwnPropertyDescriptor(new Error(), "stack")?.get;

  // The stack of an error as a string, "" where it has none or the program made it something else.
  shared.stackOf = (error) => {
    const descriptor = ReflectGetOwnPropertyDescriptor(error, "stack");
    if (descriptor === undefined) return "";
    let stack = descriptor.value;
    if (descriptor.get !== undefined && descriptor.get === getStack) stack = ReflectApply(getStack, error, []);
    return typeof stack === "string" ? stack : "";
  };
})
