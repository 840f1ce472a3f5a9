// Turns any value into text for the console: runs no getter, no proxy trap, no `toJSON`, and stops at a size.
((internals) => {
  "use strict";
  const { core, primordials, shared } = internals;
  const {
    ArrayIsArray,
    ArrayPrototypeJoin,
    ArrayPrototypePush,
    FunctionPrototypeToString,
    MapPrototypeGet,
    MapPrototypeGetSize,
    MapPrototypeHas,
    MapPrototypeSet,
    ObjectGetPrototypeOf,
    ReflectGetOwnPropertyDescriptor,
    ReflectOwnKeys,
    SafeMap,
    StringPrototypeIncludes,
    StringPrototypeStartsWith,
    SymbolPrototypeToString,
    SymbolToStringTag,
  } = primordials;
  const { brandOf, formatKey, formatPrimitive, platformViews } = shared;

  const MAX_TEXT = 65536;
  const MAX_ITEMS = 100;
  const LINE = 76;
  // The value of a data property on the object or above it; undefined for an accessor.
  function dataProperty(object, key) {
    for (let depth = 0; object !== null && depth < 64; depth++) {
      if (core.isProxy(object)) return undefined;
      const descriptor = ReflectGetOwnPropertyDescriptor(object, key);
      if (descriptor !== undefined) return descriptor.value;
      object = ObjectGetPrototypeOf(object);
    }
    return undefined;
  }

  function ownString(object, key) {
    const value = ReflectGetOwnPropertyDescriptor(object, key)?.value;
    return typeof value === "string" ? value : "";
  }

  // The nearest class of an object that has a name, null where nothing says one.
  function className(object) {
    for (let depth = 0; object !== null && depth < 64 && !core.isProxy(object); depth++) {
      const constructor = ReflectGetOwnPropertyDescriptor(object, "constructor")?.value;
      const isClass = typeof constructor === "function" && !core.isProxy(constructor);
      const name = isClass ? ownString(constructor, "name") : "";
      if (name !== "") return name;
      object = ObjectGetPrototypeOf(object);
    }
    return null;
  }

  function prefix(object, fallback, size = undefined) {
    const name = className(object);
    const sized = size === undefined ? "" : `(${size})`;
    const tag = dataProperty(object, SymbolToStringTag);
    const tagged = typeof tag === "string" && tag !== "" && tag !== (name ?? fallback) ? ` [${tag}]` : "";
    return name === null ? `[${fallback}${sized}: null prototype]${tagged} ` : `${name}${sized}${tagged} `;
  }

  // One call: `left` characters may still be made; `path` holds the objects being formatted, `cycles` their numbers.
  class Inspection {
    left = MAX_TEXT;
    path = new SafeMap();
    cycles = new SafeMap();
    constructor(depth) {
      this.depth = depth;
    }
  }

  function format(state, value, depth, indent) {
    if (state.left <= 0) return "...";
    let text;
    if (value === null || (typeof value !== "object" && typeof value !== "function")) {
      text = formatPrimitive(value);
    } else {
      if (core.isProxy(value)) {
        if (isRevoked(value)) return "<Revoked Proxy>";
        return format(state, core.getProxyDetails(value)[0], depth, indent);
      }
      if (MapPrototypeHas(state.path, value)) {
        let number = MapPrototypeGet(state.cycles, value);
        if (number === undefined) {
          number = MapPrototypeGetSize(state.cycles) + 1;
          MapPrototypeSet(state.cycles, value, number);
        }
        return `[Circular *${number}]`;
      }
      // Its own parts have been counted while they were made.
      return formatObject(state, value, depth, indent);
    }
    state.left -= text.length;
    return text;
  }

  // deno_core aborts the process when asked for the target of a revoked proxy; `Array.isArray` throws and runs no trap.
  function isRevoked(proxy) {
    try {
      ArrayIsArray(proxy);
      return false;
    } catch {
      return true;
    }
  }

  function formatObject(state, value, depth, indent) {
    const shape = shapeOf(state, value);
    if (shape.keys.length === 0 && shape.items === undefined) {
      state.left -= shape.head.length;
      return shape.braces ? `${shape.head}{}` : shape.head;
    }
    if (depth > state.depth) {
      state.left -= 10;
      return `[${ArrayIsArray(value) ? "Array" : className(value) ?? "Object: null prototype"}]`;
    }
    MapPrototypeSet(state.path, value, true);
    const parts = [];
    const inner = indent + 2;
    shape.items?.(parts, (item) => format(state, item, depth + 1, inner));
    const plain = parts.length;
    for (let i = 0; i < shape.keys.length && state.left > 0; i++) {
      const key = shape.keys[i];
      const descriptor = ReflectGetOwnPropertyDescriptor(value, key);
      if (descriptor === undefined) continue;
      const name = descriptor.enumerable ? formatKey(key) : `[${key}]`;
      state.left -= name.length + 4;
      ArrayPrototypePush(parts, `${name}: ${formatProperty(state, descriptor, depth, inner)}`);
    }
    if (state.left <= 0) ArrayPrototypePush(parts, "... cut here");
    primordials.MapPrototypeDelete(state.path, value);
    const number = MapPrototypeGet(state.cycles, value);
    const mark = number === undefined ? "" : `<ref *${number}> `;
    const head = shape.braces || shape.head === "" ? shape.head : `${shape.head} `;
    const before = mark + head;
    return before + layOut(parts, shape.list, indent, before.length, shape.list && plain === parts.length);
  }

  function formatProperty(state, descriptor, depth, indent) {
    if (descriptor.get !== undefined) return descriptor.set !== undefined ? "[Getter/Setter]" : "[Getter]";
    if (descriptor.set !== undefined) return "[Setter]";
    return format(state, descriptor.value, depth + 1, indent);
  }

  // One line if it fits; else lines filled with items (short ones of a list) or a line for each part.
  function layOut(parts, isList, indent, headLength, onlyItems) {
    const open = isList ? "[" : "{";
    const close = isList ? "]" : "}";
    if (parts.length === 0) return open + close;
    let total = parts.length * 2 + headLength + indent;
    let longest = 0;
    let broken = false;
    for (let i = 0; i < parts.length; i++) {
      total += parts[i].length;
      if (parts[i].length > longest) longest = parts[i].length;
      if (StringPrototypeIncludes(parts[i], "\n")) broken = true;
    }
    if (!broken && total <= LINE) return `${open} ${ArrayPrototypeJoin(parts, ", ")} ${close}`;
    const margin = `\n${primordials.StringPrototypeRepeat(" ", indent)}`;
    if (broken || !onlyItems || longest > 24) {
      return `${open}${margin}  ${ArrayPrototypeJoin(parts, `,${margin}  `)}${margin}${close}`;
    }
    let out = open;
    let column = LINE;
    for (let i = 0; i < parts.length; i++) {
      const text = i + 1 < parts.length ? `${parts[i]},` : parts[i];
      if (column + text.length + 1 > LINE) {
        out += `${margin}  `;
        column = indent + 2;
      } else {
        out += " ";
        column++;
      }
      out += text;
      column += text.length;
    }
    return `${out}${margin}${close}`;
  }

  // How to show an object: `head` before the braces, `items` that fills in its elements, `keys` of its properties.
  function shapeOf(state, value) {
    const view = platformView(value);
    if (view !== undefined) return view;
    if (typeof value === "function") {
      return { head: functionHead(value), braces: false, keys: enumerable(value), list: false };
    }
    if (ArrayIsArray(value)) {
      const name = className(value);
      const head = name === "Array" ? "" : prefix(value, "Array", value.length);
      const items = (parts, inner) => arrayItems(state, value, parts, inner);
      return { head, braces: true, keys: enumerable(value, true), items, list: true };
    }
    const brand = brandOf(value);
    if (brand !== "Object") return shared.brandShape(state, value, brand, { prefix, enumerable, className });
    if (isArguments(value)) {
      const items = (parts, inner) => arrayItems(state, value, parts, inner);
      return { head: "[Arguments] ", braces: true, keys: enumerable(value, true), items, list: true };
    }
    const name = className(value);
    const plain = name === "Object" && dataProperty(value, SymbolToStringTag) === undefined;
    return { head: plain ? "" : prefix(value, "Object"), braces: true, keys: enumerable(value), list: false };
  }

  // deno_core's test would call `Object.prototype.toString`, which is the program's.
  function isArguments(value) {
    const callee = ReflectGetOwnPropertyDescriptor(value, "callee");
    if (callee === undefined || callee.enumerable) return false;
    return ReflectGetOwnPropertyDescriptor(value, "length")?.enumerable === false;
  }

  function platformView(value) {
    for (let i = 0; i < platformViews.length; i++) {
      const view = platformViews[i];
      if (!view[0](value)) continue;
      const items = (parts, inner) => {
        const entries = view[1](value);
        for (let at = 0; at < entries.length && at < MAX_ITEMS; at++) {
          const shown = inner(entries[at][1]);
          const isPair = view[2] === "=>";
          ArrayPrototypePush(parts, isPair ? `${inner(entries[at][0])} => ${shown}` : `${entries[at][0]}: ${shown}`);
        }
      };
      return { head: prefix(value, "Object"), braces: true, keys: enumerable(value), items, list: false };
    }
    return undefined;
  }

  // The enumerable own keys; without the indices where `isList`.
  function enumerable(value, isList = false) {
    const all = ReflectOwnKeys(value);
    const keys = [];
    for (let i = 0; i < all.length; i++) {
      const key = all[i];
      if (isList && typeof key === "string" && isIndex(key)) continue;
      if (ReflectGetOwnPropertyDescriptor(value, key)?.enumerable) ArrayPrototypePush(keys, key);
    }
    return keys;
  }
  const isIndex = (key) => `${+key >>> 0}` === key;

  function arrayItems(state, array, parts, inner) {
    const length = ReflectGetOwnPropertyDescriptor(array, "length").value;
    let holes = 0;
    let shown = 0;
    let i = 0;
    for (; i < length && shown < MAX_ITEMS && state.left > 0; i++) {
      const descriptor = ReflectGetOwnPropertyDescriptor(array, i);
      if (descriptor === undefined) {
        // A sparse array may have billions of holes: past a thousand they are counted with the rest.
        if (holes === 1000) break;
        holes++;
        continue;
      }
      pushHoles(parts, holes);
      holes = 0;
      shown++;
      const isAccessor = descriptor.get !== undefined || descriptor.set !== undefined;
      ArrayPrototypePush(parts, isAccessor ? "[Getter/Setter]" : inner(descriptor.value));
    }
    if (i >= length) pushHoles(parts, holes);
    else pushMore(parts, length - i + holes);
  }

  function pushHoles(parts, holes) {
    if (holes > 0) ArrayPrototypePush(parts, `<${holes} empty item${holes > 1 ? "s" : ""}>`);
  }

  function pushMore(parts, more) {
    if (more > 0) ArrayPrototypePush(parts, `... ${more} more item${more > 1 ? "s" : ""}`);
  }

  function functionHead(value) {
    const name = ownString(value, "name");
    const source = FunctionPrototypeToString(value);
    if (StringPrototypeStartsWith(source, "class") && !StringPrototypeStartsWith(source, "class(")) {
      const parent = ObjectGetPrototypeOf(value);
      const parentName = typeof parent === "function" && !core.isProxy(parent) ? ownString(parent, "name") : "";
      return `[class ${name === "" ? "(anonymous)" : name}${parentName === "" ? "" : ` extends ${parentName}`}]`;
    }
    const kind = (core.isAsyncFunction(value) ? "Async" : "") + (core.isGeneratorFunction(value) ? "Generator" : "");
    return name === "" ? `[${kind}Function (anonymous)]` : `[${kind}Function: ${name}]`;
  }

  shared.MAX_ITEMS = MAX_ITEMS;
  shared.pushMore = pushMore;
  shared.inspect = (value, depth = 4) => format(new Inspection(depth), value, 0, 0);
})
