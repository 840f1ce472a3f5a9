// The console. Each call becomes one text and a level: 0 debug, 1 log and info, 2 warn, 3 error.
((internals) => {
  "use strict";
  const { ops, primordials, shared } = internals;
  const {
    ArrayPrototypeJoin,
    ArrayPrototypePush,
    Error,
    MapPrototypeDelete,
    MapPrototypeGet,
    MapPrototypeHas,
    MapPrototypeSet,
    MathTrunc,
    NumberParseFloat,
    NumberParseInt,
    ObjectDefineProperty,
    SafeMap,
    StringPrototypeIncludes,
    StringPrototypeIndexOf,
    StringPrototypeReplaceAll,
    StringPrototypeSlice,
    SymbolToStringTag,
  } = primordials;
  const { op_console, op_elapsed_ms } = ops;
  const MAX_TEXT = 65536;

  // Most programs log nothing but strings and never pay for the rest.
  function inspect(value, depth = undefined) {
    if (value === null || (typeof value !== "object" && typeof value !== "function")) {
      shared.load("text");
      return shared.formatPrimitive(value);
    }
    shared.load("shapes");
    return shared.inspect(value, depth);
  }
  const DEBUG = 0, LOG = 1, WARN = 2, ERROR = 3;

  let indent = "";
  // Groups opened beyond the deepest indentation.
  let deeper = 0;
  const counts = new SafeMap();
  const starts = new SafeMap();

  function emit(level, text) {
    if (text.length > MAX_TEXT) {
      text = `${StringPrototypeSlice(text, 0, MAX_TEXT)}... ${text.length - MAX_TEXT} more characters`;
    }
    if (indent !== "") text = indent + StringPrototypeReplaceAll(text, "\n", `\n${indent}`);
    op_console(level, text);
  }

  const show = (value) => (typeof value === "string" ? value : inspect(value));

  function format(values) {
    if (values.length === 1) return show(values[0]);
    const parts = [];
    let from = 0;
    if (values.length > 1 && typeof values[0] === "string" && StringPrototypeIncludes(values[0], "%")) {
      from = 1;
      const template = values[0];
      let text = "";
      let at = 0;
      for (;;) {
        const next = StringPrototypeIndexOf(template, "%", at);
        if (next < 0 || next + 1 >= template.length) break;
        text += StringPrototypeSlice(template, at, next);
        const letter = template[next + 1];
        at = next + 2;
        if (letter === "%") text += "%";
        else if (from < values.length && StringPrototypeIncludes("sdifjoOc", letter)) {
          text += directive(letter, values[from++]);
        } else text += `%${letter}`;
      }
      ArrayPrototypePush(parts, text + StringPrototypeSlice(template, at));
    }
    let length = 0;
    for (let i = from; i < values.length && length <= MAX_TEXT; i++) {
      const part = show(values[i]);
      length += part.length;
      ArrayPrototypePush(parts, part);
    }
    return ArrayPrototypeJoin(parts, " ");
  }

  function directive(letter, value) {
    const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
    switch (letter) {
      case "s":
        return typeof value === "string" ? value : inspect(value, 0);
      case "d":
        if (isObject || typeof value === "symbol") return "NaN";
        return inspect(typeof value === "bigint" ? value : +value);
      case "i":
        if (isObject || typeof value === "symbol") return "NaN";
        return inspect(typeof value === "bigint" ? value : MathTrunc(NumberParseInt(value)));
      case "f":
        return typeof value === "symbol" || isObject ? "NaN" : inspect(NumberParseFloat(value));
      case "j":
        try {
          return `${primordials.JSONStringify(value)}`;
        } catch {
          return "[Circular]";
        }
      case "c":
        return "";
      default:
        return inspect(value);
    }
  }

  const milliseconds = (label) => `${label}: ${op_elapsed_ms() - MapPrototypeGet(starts, label)}ms`;
  const withValues = (text, values) => (values.length === 0 ? text : `${text} ${format(values)}`);

  function openGroup(values) {
    if (values.length > 0) emit(LOG, format(values));
    // A program that nests without end must not make each line long.
    if (indent.length < 64) indent += "  ";
    else deeper++;
  }

  const console = {
    log(...values) {
      emit(LOG, format(values));
    },
    info(...values) {
      emit(LOG, format(values));
    },
    debug(...values) {
      emit(DEBUG, format(values));
    },
    warn(...values) {
      emit(WARN, format(values));
    },
    error(...values) {
      emit(ERROR, format(values));
    },
    trace(...values) {
      shared.load("shapes");
      const stack = shared.programFrames(shared.stackOf(new Error()));
      const at = StringPrototypeIndexOf(stack, "\n");
      const title = withValues(values.length === 0 ? "Trace" : "Trace:", values);
      emit(ERROR, title + (at < 0 ? "" : StringPrototypeSlice(stack, at)));
    },
    assert(condition = false, ...values) {
      if (condition) return;
      if (values.length === 0) emit(ERROR, "Assertion failed");
      else if (typeof values[0] === "string") {
        values[0] = `Assertion failed: ${values[0]}`;
        emit(ERROR, format(values));
      } else emit(ERROR, `Assertion failed: ${format(values)}`);
    },
    count(label = "default") {
      const key = `${label}`;
      const count = (MapPrototypeGet(counts, key) ?? 0) + 1;
      MapPrototypeSet(counts, key, count);
      emit(LOG, `${key}: ${count}`);
    },
    countReset(label = "default") {
      if (!MapPrototypeDelete(counts, `${label}`)) emit(WARN, `Count for '${label}' does not exist`);
    },
    time(label = "default") {
      const key = `${label}`;
      if (MapPrototypeHas(starts, key)) emit(WARN, `Label '${key}' already exists for console.time()`);
      else MapPrototypeSet(starts, key, op_elapsed_ms());
    },
    timeLog(label = "default", ...values) {
      const key = `${label}`;
      if (MapPrototypeHas(starts, key)) emit(LOG, withValues(milliseconds(key), values));
      else emit(WARN, `No such label '${key}' for console.timeLog()`);
    },
    timeEnd(label = "default") {
      const key = `${label}`;
      if (!MapPrototypeHas(starts, key)) return emit(WARN, `No such label '${key}' for console.timeEnd()`);
      emit(LOG, milliseconds(key));
      MapPrototypeDelete(starts, key);
    },
    dir(value = undefined, options = undefined) {
      const depth = options?.depth;
      emit(LOG, inspect(value, depth === null ? Infinity : typeof depth === "number" ? depth : undefined));
    },
    dirxml(...values) {
      emit(LOG, format(values));
    },
    table(data = undefined, columns = undefined) {
      shared.load("table");
      const text = shared.table(data, columns);
      emit(LOG, text === null ? format([data]) : text);
    },
    group(...values) {
      openGroup(values);
    },
    groupCollapsed(...values) {
      openGroup(values);
    },
    groupEnd() {
      if (deeper > 0) deeper--;
      else indent = StringPrototypeSlice(indent, 2);
    },
  };
  ObjectDefineProperty(console, SymbolToStringTag, { __proto__: null, value: "console", configurable: true });
  shared.defineGlobal("console", console);
})
