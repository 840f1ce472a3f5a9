// URL and URLSearchParams. Parsing, serialising and the setters are ops on the crate `url`.
((internals) => {
  "use strict";
  const { ops, primordials, shared } = internals;
  const {
    ArrayPrototypePush,
    ArrayPrototypeSort,
    ArrayPrototypeSplice,
    ObjectDefineProperty,
    ReflectApply,
    ReflectGetOwnPropertyDescriptor,
    ReflectOwnKeys,
    StringPrototypeSlice,
    StringPrototypeSplit,
    SymbolIterator,
    SymbolToStringTag,
    TypeError,
  } = primordials;
  const { op_form_parse, op_form_serialize, op_url_parse, op_url_set } = ops;

  // The numbers are the places in what the ops answer: one line for each part (no part holds a line break).
  const HREF = 0, ORIGIN = 1, PROTOCOL = 2, USERNAME = 3, PASSWORD = 4, HOST = 5;
  const HOSTNAME = 6, PORT = 7, PATHNAME = 8, SEARCH = 9, HASH = 10;
  const PARTS = [
    "href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash",
  ];

  function parse(url, base) {
    const lines = base === undefined ? op_url_parse(`${url}`, "", false) : op_url_parse(`${url}`, `${base}`, true);
    return lines === "" ? null : StringPrototypeSplit(lines, "\n");
  }

  function invalid(input) {
    const error = new TypeError(`Invalid URL: ${input}`);
    shared.hide(error, "code", "ERR_INVALID_URL");
    shared.hide(error, "input", `${input}`);
    return error;
  }

  let reloadParams, linkedParams;
  class URLSearchParams {
    // [name, value] pairs, in order.
    #list = [];
    // Called with the new query after each change, when the object belongs to a URL.
    #changed = null;

    static {
      reloadParams = (params, search) => {
        params.#list = fromQuery(search);
      };
      linkedParams = (search, changed) => {
        const params = new URLSearchParams();
        params.#list = fromQuery(search);
        params.#changed = changed;
        return params;
      };
      ArrayPrototypePush(shared.platformChecks, (value) => #list in value);
      ArrayPrototypePush(shared.platformViews, [
        (value) => #list in value,
        (params) => params.#list,
        "=>",
      ]);
    }

    constructor(init = undefined) {
      if (init === undefined || init === null) return;
      if (typeof init !== "object" && typeof init !== "function") {
        const text = `${init}`;
        this.#list = fromQuery(text);
      } else if (init[SymbolIterator] !== undefined && init[SymbolIterator] !== null) {
        const list = [];
        for (const pair of init) {
          const values = [];
          if (pair === null || (typeof pair !== "object" && typeof pair !== "string")) throw new TypeError(PAIRS);
          for (const value of pair) ArrayPrototypePush(values, `${value}`);
          if (values.length !== 2) throw new TypeError(PAIRS);
          ArrayPrototypePush(list, values);
        }
        this.#list = wellFormed(list);
      } else {
        const keys = ReflectOwnKeys(init);
        const list = [];
        for (let i = 0; i < keys.length; i++) {
          const key = keys[i];
          if (ReflectGetOwnPropertyDescriptor(init, key)?.enumerable) {
            ArrayPrototypePush(list, [`${key}`, `${init[key]}`]);
          }
        }
        this.#list = wellFormed(list);
      }
    }

    #update() {
      if (this.#changed !== null) this.#changed(this.toString());
    }
    get size() {
      return this.#list.length;
    }
    append(name, value) {
      requireArguments(arguments.length, 2, "append");
      ArrayPrototypePush(this.#list, wellFormed([[`${name}`, `${value}`]])[0]);
      this.#update();
    }
    delete(name, value = undefined) {
      requireArguments(arguments.length, 1, "delete");
      const key = `${name}`;
      const wanted = value === undefined ? undefined : `${value}`;
      const list = this.#list;
      for (let i = list.length - 1; i >= 0; i--) {
        if (list[i][0] === key && (wanted === undefined || list[i][1] === wanted)) ArrayPrototypeSplice(list, i, 1);
      }
      this.#update();
    }
    get(name) {
      requireArguments(arguments.length, 1, "get");
      const key = `${name}`;
      const list = this.#list;
      for (let i = 0; i < list.length; i++) {
        if (list[i][0] === key) return list[i][1];
      }
      return null;
    }
    getAll(name) {
      requireArguments(arguments.length, 1, "getAll");
      const key = `${name}`;
      const list = this.#list;
      const values = [];
      for (let i = 0; i < list.length; i++) {
        if (list[i][0] === key) ArrayPrototypePush(values, list[i][1]);
      }
      return values;
    }
    has(name, value = undefined) {
      requireArguments(arguments.length, 1, "has");
      const key = `${name}`;
      const wanted = value === undefined ? undefined : `${value}`;
      const list = this.#list;
      for (let i = 0; i < list.length; i++) {
        if (list[i][0] === key && (wanted === undefined || list[i][1] === wanted)) return true;
      }
      return false;
    }
    set(name, value) {
      requireArguments(arguments.length, 2, "set");
      const pair = wellFormed([[`${name}`, `${value}`]])[0];
      const list = this.#list;
      let first = -1;
      for (let i = list.length - 1; i >= 0; i--) {
        if (list[i][0] !== pair[0]) continue;
        if (first >= 0) ArrayPrototypeSplice(list, first, 1);
        first = i;
      }
      if (first < 0) ArrayPrototypePush(list, pair);
      else list[first][1] = pair[1];
      this.#update();
    }
    sort() {
      ArrayPrototypeSort(this.#list, (a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
      this.#update();
    }
    forEach(callback, thisArg = undefined) {
      if (typeof callback !== "function") throw new TypeError("URLSearchParams.forEach takes a function");
      for (let i = 0; i < this.#list.length; i++) {
        ReflectApply(callback, thisArg, [this.#list[i][1], this.#list[i][0], this]);
      }
    }
    *entries() {
      for (let i = 0; i < this.#list.length; i++) yield [this.#list[i][0], this.#list[i][1]];
    }
    *keys() {
      for (let i = 0; i < this.#list.length; i++) yield this.#list[i][0];
    }
    *values() {
      for (let i = 0; i < this.#list.length; i++) yield this.#list[i][1];
    }
    toString() {
      const flat = [];
      for (let i = 0; i < this.#list.length; i++) ArrayPrototypePush(flat, this.#list[i][0], this.#list[i][1]);
      return op_form_serialize(flat);
    }
    get [SymbolToStringTag]() {
      return "URLSearchParams";
    }
  }
  shared.hide(URLSearchParams.prototype, SymbolIterator, URLSearchParams.prototype.entries);

  const PAIRS = "URLSearchParams takes a string, a record, or [name, value] pairs";

  function requireArguments(given, needed, method) {
    const plural = needed > 1 ? "s" : "";
    if (given < needed) throw new TypeError(`URLSearchParams.${method} takes ${needed} argument${plural}`);
  }

  function fromQuery(text) {
    const flat = op_form_parse(text.length > 0 && text[0] === "?" ? StringPrototypeSlice(text, 1) : text);
    const list = [];
    for (let i = 0; i + 1 < flat.length; i += 2) ArrayPrototypePush(list, [flat[i], flat[i + 1]]);
    return list;
  }

  // Replaces lone surrogates, as every string that enters a URL must.
  function wellFormed(list) {
    for (let i = 0; i < list.length; i++) {
      list[i][0] = primordials.StringPrototypeToWellFormed(list[i][0]);
      list[i][1] = primordials.StringPrototypeToWellFormed(list[i][1]);
    }
    return list;
  }

  class URL {
    #parts;
    #params = null;

    static {
      const setters = {
        __proto__: null,
        protocol: PROTOCOL,
        username: USERNAME,
        password: PASSWORD,
        host: HOST,
        hostname: HOSTNAME,
        port: PORT,
        pathname: PATHNAME,
        search: SEARCH,
        hash: HASH,
      };
      for (const name in setters) {
        const part = setters[name];
        const accessors = {
          get [name]() {
            return this.#parts[part];
          },
          set [name](value) {
            this.#set(part, value);
            if (part === SEARCH && this.#params !== null) reloadParams(this.#params, this.#parts[SEARCH]);
          },
        };
        const { get, set } = ReflectGetOwnPropertyDescriptor(accessors, name);
        ObjectDefineProperty(URL.prototype, name, { __proto__: null, get, set, enumerable: true, configurable: true });
      }
      ArrayPrototypePush(shared.platformChecks, (value) => #parts in value);
      ArrayPrototypePush(shared.platformViews, [
        (value) => #parts in value,
        (url) => {
          const entries = [];
          for (let i = 0; i < PARTS.length; i++) ArrayPrototypePush(entries, [PARTS[i], url.#parts[i]]);
          return entries;
        },
      ]);
    }

    constructor(url, base = undefined) {
      if (arguments.length === 0) throw new TypeError("URL takes a string");
      const parts = parse(url, base);
      if (parts === null) throw invalid(url);
      this.#parts = parts;
    }

    #set(part, value) {
      this.#parts = StringPrototypeSplit(op_url_set(this.#parts[HREF], part, `${value}`), "\n");
    }
    get href() {
      return this.#parts[HREF];
    }
    set href(value) {
      const parts = parse(value, undefined);
      if (parts === null) throw invalid(value);
      this.#parts = parts;
      if (this.#params !== null) reloadParams(this.#params, parts[SEARCH]);
    }
    get origin() {
      return this.#parts[ORIGIN];
    }
    get searchParams() {
      if (this.#params === null) this.#params = linkedParams(this.#parts[SEARCH], (query) => this.#set(SEARCH, query));
      return this.#params;
    }
    toString() {
      return this.#parts[HREF];
    }
    toJSON() {
      return this.#parts[HREF];
    }
    get [SymbolToStringTag]() {
      return "URL";
    }

    static canParse(url, base = undefined) {
      return parse(url, base) !== null;
    }
    static parse(url, base = undefined) {
      const parts = parse(url, base);
      return parts === null ? null : new URL(parts[HREF]);
    }
  }

  shared.defineLazy("URL", URL);
  shared.defineLazy("URLSearchParams", URLSearchParams);
})
