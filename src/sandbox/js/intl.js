// Replaces `Intl` and the `toLocale…` methods by ones that format for en-US as V8 does.
//
// Evaluated once in the isolate, before any program: the value of this script is a function that takes
// `{ intl(operation, optionsJson, value) }`, the host's `sandbox::intl::call`, which returns text or throws a
// RangeError or a TypeError. Nothing that a program can reach holds it.
//
// A program may overwrite any built-in afterwards. So everything used later is captured here, arrays are walked by
// index and filled by definition, and no spread, destructuring of arrays or for-of appears in what runs later.
(ops) => {
  "use strict";

  const call = ops.intl;
  const { apply, defineProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
  const { create } = Object;
  const { parse, stringify } = JSON;
  const [ObjectOf, BigIntOf, Type, Range] = [Object, BigInt, TypeError, RangeError];
  const { iterator, toPrimitive, toStringTag } = Symbol;
  const now = Date.now;
  const uncurry = (method) => (self, ...rest) => apply(method, self, rest);
  const getter = (prototype, name) => uncurry(getOwnPropertyDescriptor(prototype, name).get);
  const numberValue = uncurry(Number.prototype.valueOf);
  const bigintValue = uncurry(BigInt.prototype.valueOf);
  const timeValue = uncurry(Date.prototype.getTime);
  const trim = uncurry(String.prototype.trim);
  const lowerCase = uncurry(String.prototype.toLowerCase);
  const localeCompare = uncurry(String.prototype.localeCompare);
  const codePoints = uncurry(String.prototype[iterator]);
  const nextPoint = uncurry(getPrototypeOf(""[iterator]()).next);
  const typedArrayPrototype = getPrototypeOf(Int8Array.prototype);
  const typedArrayLength = getter(typedArrayPrototype, "length");
  const slots = new WeakMap();
  const getSlot = uncurry(WeakMap.prototype.get).bind(null, slots);
  const setSlot = uncurry(WeakMap.prototype.set).bind(null, slots);

  const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";
  const define = (target, name, value) =>
    defineProperty(target, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
  const append = (list, value) =>
    defineProperty(list, list.length, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  const lengthOf = (object) => {
    const length = +object.length;
    return length > 0 ? (length < 0x1fffffffffffff ? length - (length % 1) : 0x1fffffffffffff) : 0;
  };

  // Locales. The first one requested decides; the host refuses any but en-US and en.
  const localeList = (locales) => {
    const list = [];
    if (locales === undefined) return list;
    if (typeof locales === "string") {
      append(list, locales);
      return list;
    }
    if (locales === null) throw new Type("locales must be a text or an array of texts, not null");
    const object = ObjectOf(locales);
    const length = lengthOf(object);
    for (let index = 0; index < length; index++) {
      if (!(index in object)) continue;
      const tag = object[index];
      if (typeof tag !== "string" && !isObject(tag)) throw new Type("locales must be texts such as \"en-US\"");
      append(list, `${tag}`);
    }
    return list;
  };
  const canonical = (tag) => {
    const lower = lowerCase(tag);
    return lower === "en-us" ? "en-US" : lower === "en" ? "en" : undefined;
  };
  const unsupported = (tag) => new Range(`locale "${tag}" is not supported in this sandbox: only en-US is`);

  // Options: each kind's names, with what ECMA-402 converts the value to; a text unless it says otherwise.
  const convert = {
    __proto__: null,
    text: (value) => `${value}`,
    number: (value) => {
      const converted = +value;
      return converted - converted === 0 ? converted : `${converted}`;
    },
    flag: (value) => !!value,
    grouping: (value) => (value === true ? true : !value ? false : `${value}`),
  };
  const digits =
    "minimumIntegerDigits:number minimumFractionDigits:number maximumFractionDigits:number " +
    "minimumSignificantDigits:number maximumSignificantDigits:number roundingIncrement:number " +
    "roundingMode roundingPriority trailingZeroDisplay";
  const known = {
    __proto__: null,
    number:
      "localeMatcher numberingSystem style currency currencyDisplay currencySign unit unitDisplay notation " +
      `compactDisplay useGrouping:grouping signDisplay ${digits}`,
    date:
      "localeMatcher calendar numberingSystem hour12:flag hourCycle timeZone weekday era year month day dayPeriod " +
      "hour minute second fractionalSecondDigits:number timeZoneName formatMatcher dateStyle timeStyle",
    plural: `localeMatcher type ${digits}`,
    list: "localeMatcher type style",
    relative: "localeMatcher numberingSystem numeric style",
    collator: "usage localeMatcher collation numeric:flag caseFirst sensitivity ignorePunctuation:flag",
  };
  for (const kind of ownKeys(known)) {
    known[kind] = known[kind].split(" ").map((entry) => {
      const [name, to] = entry.split(":");
      return { __proto__: null, name, convert: convert[to ?? "text"] };
    });
  }

  const readOptions = (kind, locales, options) => {
    const given = { __proto__: null };
    const list = localeList(locales);
    if (list.length > 0) given.locale = list[0];
    if (options === undefined) return given;
    if (options === null) throw new Type("options must be an object, not null");
    if (kind === "list" && !isObject(options)) throw new Type("options must be an object");
    const object = ObjectOf(options);
    const readers = known[kind];
    for (let index = 0; index < readers.length; index++) {
      const { name, convert } = readers[index];
      const value = object[name];
      if (value !== undefined) given[name] = convert(value);
    }
    return given;
  };
  const optionsText = (kind, locales, options, required, defaults) => {
    if (locales === undefined && options === undefined && defaults === undefined) return "{}";
    const given = readOptions(kind, locales, options);
    if (defaults !== undefined) {
      given.required = required;
      given.defaults = defaults;
    }
    return stringify(given);
  };

  // Values.
  const primitive = (value) => {
    if (!isObject(value)) return value;
    const exotic = value[toPrimitive];
    if (exotic !== undefined && exotic !== null) {
      const result = apply(exotic, value, ["number"]);
      if (isObject(result)) throw new Type("Cannot convert object to primitive value");
      return result;
    }
    for (let index = 0; index < 2; index++) {
      const method = index === 0 ? value.valueOf : value.toString;
      if (typeof method === "function") {
        const result = apply(method, value, []);
        if (!isObject(result)) return result;
      }
    }
    throw new Type("Cannot convert object to primitive value");
  };
  const floatText = (value) => (value === 0 && 1 / value < 0 ? "-0" : `${value}`);
  // Texts keep all their digits, within the range of numbers.
  const numericText = (given) => {
    const value = primitive(given);
    if (typeof value === "bigint") return `${value}`;
    if (typeof value !== "string") return floatText(+value);
    const rounded = +value;
    if (rounded === 0 || rounded - rounded !== 0) return floatText(rounded);
    const trimmed = trim(value);
    const second = trimmed[1];
    const radix = trimmed[0] === "0" && second !== undefined && second !== "." && second !== "e" && second !== "E";
    return radix && !(second >= "0" && second <= "9") ? `${BigIntOf(trimmed)}` : trimmed;
  };
  const instantText = (date) => (date === undefined ? `${now()}` : `${+date}`);
  const parts = (flat, unit) => {
    const pairs = parse(flat);
    const list = [];
    for (let index = 0; index < pairs.length; index += 2) {
      const type = pairs[index];
      const value = pairs[index + 1];
      append(list, unit === undefined || type === "literal" ? { type, value } : { type, value, unit });
    }
    return list;
  };

  // Constructors.
  const Intl = {};
  defineProperty(Intl, toStringTag, { __proto__: null, value: "Intl", configurable: true });

  const slotOf = (self, kind, method) => {
    const slot = isObject(self) ? getSlot(self) : undefined;
    if (slot === undefined || slot.kind !== kind) {
      throw new Type(`Method ${method} called on incompatible receiver`);
    }
    return slot;
  };
  const install = (target, methods) => {
    for (const name of ownKeys(methods)) {
      const descriptor = getOwnPropertyDescriptor(methods, name);
      descriptor.enumerable = false;
      defineProperty(target, name, descriptor);
    }
  };
  const supported = (locales) => {
    const requested = localeList(locales);
    const list = [];
    for (let index = 0; index < requested.length; index++) {
      const tag = canonical(requested[index]);
      let isNew = tag !== undefined;
      for (let before = 0; before < list.length; before++) isNew &&= list[before] !== tag;
      if (isNew) append(list, tag);
    }
    return list;
  };
  const constructor = (name, kind, isCallable, methods) => {
    const holder = {
      [name]: function () {
        if (new.target === undefined && !isCallable) throw new Type(`Constructor Intl.${name} requires 'new'`);
        const wanted = new.target === undefined ? undefined : new.target.prototype;
        const self = create(isObject(wanted) ? wanted : prototype);
        setSlot(self, openSlot(kind, arguments[0], arguments[1]));
        return self;
      },
    };
    const made = holder[name];
    const prototype = made.prototype;
    defineProperty(made, "prototype", { __proto__: null, writable: false });
    install(made, {
      supportedLocalesOf(locales) {
        return supported(locales);
      },
    });
    install(prototype, {
      resolvedOptions() {
        return parse(slotOf(this, kind, `Intl.${name}.prototype.resolvedOptions`).resolved);
      },
    });
    install(prototype, methods);
    defineProperty(prototype, toStringTag, { __proto__: null, value: `Intl.${name}`, configurable: true });
    define(Intl, name, made);
  };
  const openSlot = (kind, locales, options) => {
    if (kind === "collator") return { __proto__: null, kind, ...collation(locales, options) };
    const json = optionsText(kind, locales, options);
    return { __proto__: null, kind, json, resolved: call(`${kind}.resolve`, json, ""), bound: undefined };
  };

  const formatters = [["NumberFormat", "number", numericText], ["DateTimeFormat", "date", instantText]];
  for (const [name, kind, textOf] of formatters) {
    const refuse = (method) => {
      throw new Type(`Intl.${name}.prototype.${method} is not supported in this sandbox: format both ends`);
    };
    constructor(name, kind, true, {
      get format() {
        const slot = slotOf(this, kind, `get Intl.${name}.prototype.format`);
        const json = slot.json;
        return (slot.bound ??= bare((value) => call(`${kind}.format`, json, textOf(value))));
      },
      formatToParts(value) {
        const { json } = slotOf(this, kind, `Intl.${name}.prototype.formatToParts`);
        return parts(call(`${kind}.parts`, json, textOf(value)));
      },
      formatRange(start, end) {
        refuse("formatRange");
      },
      formatRangeToParts(start, end) {
        refuse("formatRangeToParts");
      },
    });
  }
  constructor("PluralRules", "plural", false, {
    select(value) {
      const { json } = slotOf(this, "plural", "Intl.PluralRules.prototype.select");
      return call("plural.select", json, floatText(+value));
    },
    selectRange(start, end) {
      const slot = slotOf(this, "plural", "Intl.PluralRules.prototype.selectRange");
      if (start === undefined || end === undefined) throw new Type("selectRange needs a start and an end");
      const from = +start;
      const to = +end;
      if (from !== from || to !== to) throw new Range("selectRange needs numbers, not NaN");
      if (parse(slot.resolved).type !== "cardinal") {
        throw new Type("selectRange of ordinals is not supported in this sandbox");
      }
      return "other";
    },
  });
  constructor("ListFormat", "list", false, {
    format(list) {
      const { json } = slotOf(this, "list", "Intl.ListFormat.prototype.format");
      return call("list.format", json, stringify(texts(list)));
    },
    formatToParts(list) {
      const { json } = slotOf(this, "list", "Intl.ListFormat.prototype.formatToParts");
      return parts(call("list.parts", json, stringify(texts(list))));
    },
  });
  constructor("RelativeTimeFormat", "relative", false, {
    format(value, unit) {
      const { json } = slotOf(this, "relative", "Intl.RelativeTimeFormat.prototype.format");
      return call("relative.format", json, `${floatText(+value)} ${unit}`);
    },
    formatToParts(value, unit) {
      const { json } = slotOf(this, "relative", "Intl.RelativeTimeFormat.prototype.formatToParts");
      const name = `${unit}`;
      const flat = call("relative.parts", json, `${floatText(+value)} ${name}`);
      let singular = name;
      if (name[name.length - 1] === "s") {
        singular = "";
        for (let index = 0; index < name.length - 1; index++) singular += name[index];
      }
      return parts(flat, singular);
    },
  });
  constructor("Collator", "collator", true, {
    get compare() {
      const slot = slotOf(this, "collator", "get Intl.Collator.prototype.compare");
      const options = slot.engine;
      return (slot.bound ??= bare((x, y) => localeCompare(`${x}`, `${y}`, undefined, options)));
    },
  });

  // Bound functions have no name.
  const bare = (made) => {
    defineProperty(made, "name", { __proto__: null, value: "", configurable: true });
    return made;
  };

  // What ListFormat takes: an iterable of texts.
  const texts = (iterable) => {
    const list = [];
    // An own property, so that no `toJSON` that the list might inherit is called.
    define(list, "toJSON", undefined);
    if (iterable === undefined) return list;
    if (typeof iterable === "string") {
      const points = codePoints(iterable);
      for (let step = nextPoint(points); !step.done; step = nextPoint(points)) append(list, step.value);
      return list;
    }
    const method = iterable[iterator];
    if (typeof method !== "function") throw new Type("a list to be formatted must be iterable");
    const walk = apply(method, iterable, []);
    const next = walk.next;
    for (;;) {
      const step = apply(next, walk, []);
      if (!isObject(step)) throw new Type("Iterator result is not an object");
      if (step.done) return list;
      const value = step.value;
      if (typeof value !== "string") {
        const close = walk.return;
        if (typeof close === "function") apply(close, walk, []);
        throw new Type("a list to be formatted holds texts only");
      }
      append(list, value);
    }
  };

  // Collation: the engine compares as ICU does; only the plain order and `numeric` are known to be the same.
  const plain = { __proto__: null, usage: "sort", collation: "default", caseFirst: "false", sensitivity: "variant" };
  plain.ignorePunctuation = false;
  const collation = (locales, options) => {
    const given = readOptions("collator", locales, options);
    const locale = given.locale === undefined ? "en-US" : canonical(given.locale);
    if (locale === undefined) throw unsupported(given.locale);
    const { localeMatcher } = given;
    if (localeMatcher !== undefined && localeMatcher !== "lookup" && localeMatcher !== "best fit") {
      throw new Range(`localeMatcher "${localeMatcher}" is not supported: use "lookup", "best fit"`);
    }
    const readers = known.collator;
    for (let index = 0; index < readers.length; index++) {
      const { name } = readers[index];
      if (given[name] !== undefined && plain[name] !== undefined && given[name] !== plain[name]) {
        throw new Range(`${name} "${given[name]}" is not supported in this sandbox: only "${plain[name]}" is`);
      }
    }
    const numeric = given.numeric === true;
    const fixed = '"usage":"sort","sensitivity":"variant","ignorePunctuation":false,"collation":"default"';
    const resolved = `{"locale":"${locale}",${fixed},"numeric":${numeric},"caseFirst":"false"}`;
    return { engine: numeric ? { __proto__: null, numeric } : undefined, resolved, bound: undefined };
  };

  // What is not here says so, and what to do instead.
  const absent = {
    __proto__: null,
    DisplayNames: "map the codes to names in the program",
    DurationFormat: "use Intl.NumberFormat with style \"unit\" and Intl.ListFormat",
    Locale: "pass \"en-US\" as a text",
    Segmenter: "use a regular expression with the u flag",
  };
  for (const name of ownKeys(absent)) {
    const message = `Intl.${name} is not available in this sandbox: ${absent[name]}`;
    const holder = {
      [name]: function () {
        throw new Type(message);
      },
    };
    define(Intl, name, holder[name]);
  }
  install(Intl, {
    getCanonicalLocales(locales) {
      const requested = localeList(locales);
      for (let index = 0; index < requested.length; index++) {
        if (canonical(requested[index]) === undefined) throw unsupported(requested[index]);
      }
      return supported(requested);
    },
    supportedValuesOf(key) {
      return parse(call(`values.${key}`, "", ""));
    },
  });
  define(globalThis, "Intl", Intl);

  // The methods of the built-in types. `arguments` keeps their length 0.
  install(Number.prototype, {
    toLocaleString() {
      const value = numberValue(this);
      return call("number.format", optionsText("number", arguments[0], arguments[1]), floatText(value));
    },
  });
  install(BigInt.prototype, {
    toLocaleString() {
      const value = bigintValue(this);
      return call("number.format", optionsText("number", arguments[0], arguments[1]), `${value}`);
    },
  });
  const dateText = (date, locales, options, required, defaults) => {
    const time = timeValue(date);
    const json = optionsText("date", locales, options, required, defaults);
    if (time === time) return call("date.format", json, `${time}`);
    call("date.resolve", json, "");
    return "Invalid Date";
  };
  const dateMethods = [
    ["toLocaleString", "any", "all"],
    ["toLocaleDateString", "date", "date"],
    ["toLocaleTimeString", "time", "time"],
  ];
  for (const [name, required, defaults] of dateMethods) {
    install(Date.prototype, {
      [name]() {
        return dateText(this, arguments[0], arguments[1], required, defaults);
      },
    });
  }

  // Arrays hand locale and options on to their elements; an array inside itself is empty.
  let open = null;
  const joined = (array, length, locales, options) => {
    for (let outer = open; outer !== null; outer = outer.next) if (outer.array === array) return "";
    open = { __proto__: null, array, next: open };
    try {
      let result = "";
      for (let index = 0; index < length; index++) {
        if (index > 0) result += ",";
        const element = array[index];
        if (element !== undefined && element !== null) result += `${element.toLocaleString(locales, options)}`;
      }
      return result;
    } finally {
      open = open.next;
    }
  };
  install(Array.prototype, {
    toLocaleString() {
      if (this === undefined || this === null) throw new Type("toLocaleString called on null or undefined");
      const array = ObjectOf(this);
      return joined(array, lengthOf(array), arguments[0], arguments[1]);
    },
  });
  install(typedArrayPrototype, {
    toLocaleString() {
      return joined(this, typedArrayLength(this), arguments[0], arguments[1]);
    },
  });

  // Texts. Only four languages change case in a way of their own.
  install(String.prototype, {
    localeCompare(that) {
      if (this === undefined || this === null) throw new Type("localeCompare called on null or undefined");
      const isPlain = arguments[1] === undefined && arguments[2] === undefined;
      const engine = isPlain ? undefined : collation(arguments[1], arguments[2]).engine;
      return localeCompare(`${this}`, `${that}`, undefined, engine);
    },
  });
  for (const [name, method] of [["toLocaleUpperCase", "toUpperCase"], ["toLocaleLowerCase", "toLowerCase"]]) {
    const change = uncurry(String.prototype[method]);
    const holder = {
      [name]() {
        const list = localeList(arguments[0]);
        const language = list.length > 0 ? lowerCase(list[0]) : "en";
        const start = `${language[0]}${language[1]}`;
        if (start === "tr" || start === "az" || start === "lt" || start === "el") throw unsupported(list[0]);
        return change(this);
      },
    };
    install(String.prototype, holder);
  }

  // Temporal prints without a locale only.
  if (typeof globalThis.Temporal === "object") {
    for (const name of ownKeys(globalThis.Temporal)) {
      const prototype = globalThis.Temporal[name]?.prototype;
      if (prototype === undefined) continue;
      install(prototype, {
        toLocaleString() {
          throw new Type("Temporal objects have no toLocaleString in this sandbox: use toString(), or a Date");
        },
      });
    }
  }
}
