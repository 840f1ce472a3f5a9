// How the console shows the built-in kinds of objects: Map, Set, Date, errors, typed arrays and so on.
((internals) => {
  "use strict";
  const { core, primordials, shared } = internals;
  const {
    ArrayBufferPrototypeGetByteLength,
    ArrayPrototypeJoin,
    ArrayPrototypePush,
    ArrayPrototypeSplice,
    DataViewPrototypeGetBuffer,
    DataViewPrototypeGetByteLength,
    DataViewPrototypeGetByteOffset,
    DatePrototypeGetTime,
    DatePrototypeToISOString,
    MapIteratorPrototypeNext,
    MapPrototypeEntries,
    MapPrototypeGetSize,
    NumberIsNaN,
    NumberPrototypeToString,
    ReflectGetOwnPropertyDescriptor,
    RegExpPrototypeGetFlags,
    RegExpPrototypeGetSource,
    SetIteratorPrototypeNext,
    SetPrototypeGetSize,
    SetPrototypeValues,
    StringPrototypeIncludes,
    StringPrototypePadStart,
    StringPrototypeSplit,
    StringPrototypeStartsWith,
    TypedArrayPrototypeGetLength,
    TypedArrayPrototypeGetSymbolToStringTag,
    Uint8Array,
  } = primordials;
  const { MAX_ITEMS, formatPrimitive, pushMore, stackOf } = shared;

  // There is a case for each brand but "Object".
  shared.brandShape = (state, value, brand, use) => {
    const { prefix, enumerable, className } = use;
    const record = (head, items) => ({ head, braces: true, keys: enumerable(value), items, list: false });
    const list = (head, items, isList) => ({ head, braces: true, keys: enumerable(value, isList), items, list: true });
    const atom = (head) => ({ head, braces: false, keys: enumerable(value, true), items: undefined, list: false });
    switch (brand) {
      case "Map":
        return record(prefix(value, "Map", MapPrototypeGetSize(value)), (parts, inner) => {
          const iterator = MapPrototypeEntries(value);
          for (let step = MapIteratorPrototypeNext(iterator); !step.done; step = MapIteratorPrototypeNext(iterator)) {
            if (parts.length >= MAX_ITEMS || state.left <= 0) {
              return pushMore(parts, MapPrototypeGetSize(value) - parts.length);
            }
            ArrayPrototypePush(parts, `${inner(step.value[0])} => ${inner(step.value[1])}`);
          }
        });
      case "Set":
        return record(prefix(value, "Set", SetPrototypeGetSize(value)), (parts, inner) => {
          const iterator = SetPrototypeValues(value);
          for (let step = SetIteratorPrototypeNext(iterator); !step.done; step = SetIteratorPrototypeNext(iterator)) {
            if (parts.length >= MAX_ITEMS || state.left <= 0) {
              return pushMore(parts, SetPrototypeGetSize(value) - parts.length);
            }
            ArrayPrototypePush(parts, inner(step.value));
          }
        });
      case "Date":
        return atom(NumberIsNaN(DatePrototypeGetTime(value)) ? "Invalid Date" : DatePrototypeToISOString(value));
      case "RegExp":
        return atom(`/${RegExpPrototypeGetSource(value)}/${RegExpPrototypeGetFlags(value)}`);
      case "Error":
        return errorShape(value, use);
      case "Number":
      case "String":
      case "Boolean":
      case "BigInt":
      case "Symbol": {
        const inside = primordials[`${brand}PrototypeValueOf`](value);
        return atom(`[${brand}: ${formatPrimitive(inside)}]`);
      }
      case "TypedArray": {
        const length = TypedArrayPrototypeGetLength(value);
        return list(prefix(value, TypedArrayPrototypeGetSymbolToStringTag(value), length), (parts) => {
          for (let i = 0; i < length && i < MAX_ITEMS; i++) {
            ArrayPrototypePush(parts, formatPrimitive(value[i]));
            state.left -= parts[i].length + 2;
          }
          pushMore(parts, length - parts.length);
        }, true);
      }
      case "ArrayBuffer":
        return record(prefix(value, "ArrayBuffer"), (parts) => {
          const length = ArrayBufferPrototypeGetByteLength(value);
          ArrayPrototypePush(parts, `[Uint8Contents]: <${hex(value)}>`, `byteLength: ${length}`);
        });
      case "DataView":
        return record(prefix(value, "DataView"), (parts, inner) => {
          const length = `byteLength: ${DataViewPrototypeGetByteLength(value)}`;
          const offset = `byteOffset: ${DataViewPrototypeGetByteOffset(value)}`;
          ArrayPrototypePush(parts, length, offset, `buffer: ${inner(DataViewPrototypeGetBuffer(value))}`);
        });
      case "Promise":
        return record("Promise ", (parts, inner) => {
          const details = core.getPromiseDetails(value);
          if (details[0] === 0) ArrayPrototypePush(parts, "<pending>");
          else ArrayPrototypePush(parts, `${details[0] === 2 ? "<rejected> " : ""}${inner(details[1])}`);
        });
      case "WeakMap":
      case "WeakSet":
        return record(prefix(value, brand), (parts) => ArrayPrototypePush(parts, "<items unknown>"));
      case "WeakRef":
        return record(prefix(value, brand), (parts, inner) => {
          const target = primordials.WeakRefPrototypeDeref(value);
          ArrayPrototypePush(parts, target === undefined ? "<cleared>" : inner(target));
        });
      case "Generator":
      case "AsyncGenerator":
        return record(`Object [${brand}] `, undefined);
      case "MapIterator":
        return record("[Map Iterator] ", undefined);
      case "SetIterator":
        return record("[Set Iterator] ", undefined);
    }
  };

  function hex(buffer) {
    const bytes = new Uint8Array(buffer);
    const pairs = [];
    const length = TypedArrayPrototypeGetLength(bytes);
    for (let i = 0; i < length && i < 50; i++) {
      ArrayPrototypePush(pairs, StringPrototypePadStart(NumberPrototypeToString(bytes[i], 16), 2, "0"));
    }
    const more = length > 50 ? ` ... ${length - 50} more byte${length > 51 ? "s" : ""}` : "";
    return ArrayPrototypeJoin(pairs, " ") + more;
  }

  // The stack without the frames of the sandbox itself, then the properties that the program gave the error.
  function errorShape(error, { enumerable, className }) {
    const keys = enumerable(error);
    const hidden = ["cause", "errors"];
    for (let i = 0; i < hidden.length; i++) {
      const descriptor = ReflectGetOwnPropertyDescriptor(error, hidden[i]);
      if (descriptor !== undefined && !descriptor.enumerable) ArrayPrototypePush(keys, hidden[i]);
    }
    for (let i = keys.length - 1; i >= 0; i--) {
      if (keys[i] === "stack" || keys[i] === "message") ArrayPrototypeSplice(keys, i, 1);
    }
    const stack = programFrames(stackOf(error));
    const own = ReflectGetOwnPropertyDescriptor(error, "message")?.value;
    const message = shared.isDOMException(error) ? error.message : text(own);
    const name = className(error) ?? "Error";
    const title = message === "" ? name : `${name}: ${message}`;
    const head = stack === "" || StringPrototypeStartsWith(stack, "    at ") ? `[${title}]` : stack;
    return { head, braces: false, keys, items: undefined, list: false };
  }

  const text = (value) => (typeof value === "string" ? value : "");

  // The specifiers of deno_core's scripts and of the bootstrap.
  const isOurs = (frame) => StringPrototypeIncludes(frame, "ext:") || StringPrototypeIncludes(frame, "codefirst:");

  function programFrames(stack) {
    const lines = StringPrototypeSplit(stack, "\n");
    const kept = [];
    for (let i = 0; i < lines.length; i++) {
      const isFrame = StringPrototypeStartsWith(lines[i], "    at ");
      if (!isFrame || !isOurs(lines[i])) ArrayPrototypePush(kept, lines[i]);
    }
    return ArrayPrototypeJoin(kept, "\n");
  }
  shared.programFrames = programFrames;
})
