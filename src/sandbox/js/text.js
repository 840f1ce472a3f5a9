// How the console writes primitive values and property names.
((internals) => {
  "use strict";
  const { primordials, shared } = internals;
  const {
    NumberPrototypeToString,
    ObjectIs,
    RegExpPrototypeExec,
    StringPrototypeCharCodeAt,
    StringPrototypeIncludes,
    StringPrototypePadStart,
    StringPrototypeSlice,
    SymbolPrototypeToString,
  } = primordials;

  const MAX_STRING = 10000;
  const IDENTIFIER = /^[A-Za-z_][A-Za-z_0-9]*$/;

  const escapes = {
    __proto__: null,
    "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\v": "\\v", "\\": "\\\\",
  };

  function quote(text) {
    let mark = "'";
    if (StringPrototypeIncludes(text, "'")) {
      if (!StringPrototypeIncludes(text, '"')) mark = '"';
      else if (!StringPrototypeIncludes(text, "`") && !StringPrototypeIncludes(text, "${")) mark = "`";
    }
    let out = mark;
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const code = StringPrototypeCharCodeAt(text, i);
      if (code >= 32 && code !== 92 && code !== 127 && text[i] !== mark) continue;
      const plain = escapes[text[i]];
      const hex = StringPrototypePadStart(NumberPrototypeToString(code, 16), 2, "0");
      out += StringPrototypeSlice(text, from, i) + (plain ?? (text[i] === mark ? `\\${mark}` : `\\x${hex}`));
      from = i + 1;
    }
    return out + StringPrototypeSlice(text, from) + mark;
  }

  function formatString(text) {
    if (text.length <= MAX_STRING) return quote(text);
    const more = text.length - MAX_STRING;
    return `${quote(StringPrototypeSlice(text, 0, MAX_STRING))}... ${more} more character${more > 1 ? "s" : ""}`;
  }

  function formatPrimitive(value) {
    switch (typeof value) {
      case "string":
        return formatString(value);
      case "number":
        return ObjectIs(value, -0) ? "-0" : `${value}`;
      case "bigint":
        return `${value}n`;
      case "symbol":
        return SymbolPrototypeToString(value);
      default:
        return `${value}`;
    }
  }

  const formatKey = (key) => {
    if (typeof key === "symbol") return `[${SymbolPrototypeToString(key)}]`;
    return RegExpPrototypeExec(IDENTIFIER, key) === null ? quote(key) : key;
  };

  shared.formatKey = formatKey;
  shared.formatPrimitive = formatPrimitive;
})
