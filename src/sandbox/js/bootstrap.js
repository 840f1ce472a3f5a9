// The first script of every isolate. It gives the program its globals, takes everything else away, and answers with the
// functions that the host calls later. Whatever it needs later it captures now: the program may replace any built-in.
((installGlobals, installIntl, keptNames) => {
  "use strict";
  const { op_attempt, op_call_tool, op_finish } = Deno.core.ops;
  const { parse, stringify } = JSON;
  const { isArray } = Array;
  const { create, defineProperty, freeze, getOwnPropertyNames } = Object;
  const ObjectPrototype = Object.prototype;
  const SetHas = Function.prototype.call.bind(Set.prototype.has);

  const define = (name, value) => {
    defineProperty(globalThis, name, { __proto__: null, value, writable: true, configurable: true, enumerable: false });
  };

  class ToolError extends Error {
    constructor(message, server, tool) {
      super(message);
      this.server = server;
      this.tool = tool;
    }
  }
  defineProperty(ToolError.prototype, "name", { __proto__: null, value: "ToolError" });
  define("ToolError", ToolError);

  const StringSlice = Function.prototype.call.bind(String.prototype.slice);

  const callMCPTool = async (server, tool, input = {}) => {
    if (typeof server !== "string" || typeof tool !== "string") {
      throw new TypeError("callMCPTool(server, tool, input) takes the names of a server and of a tool");
    }
    if (typeof input !== "object" || input === null || isArray(input)) {
      throw new TypeError(`${server}.${tool}(input) takes one object`);
    }
    const text = stringify(input);
    if (typeof text !== "string" || text[0] !== "{") {
      throw new TypeError(`${server}.${tool}(input): the input is not a JSON object`);
    }
    // One string, which a program cannot get between: JSON, or what is none, a message behind an exclamation mark.
    const answer = await op_call_tool(server, tool, text);
    if (answer[0] === "!") throw new ToolError(StringSlice(answer, 1), server, tool);
    return parse(answer);
  };
  define("callMCPTool", callMCPTool);

  // A namespace knows no list of tools: the host resolves the name, and says which names are nearest to a wrong one.
  const namespaceHandler = (server) => ({
    __proto__: null,
    get(target, name) {
      // A namespace is awaited, printed and serialised like a plain object.
      if (typeof name !== "string" || name === "then" || name === "toJSON" || name in ObjectPrototype) return undefined;
      target[name] ??= (input) => callMCPTool(server, name, input);
      return target[name];
    },
    set() {
      return false;
    },
    defineProperty() {
      return false;
    },
  });

  const loadAll = installGlobals(Deno.core, Deno.core.ops);
  installIntl({ intl: Deno.core.ops.op_intl });

  const kept = new Set(keptNames);
  for (const name of getOwnPropertyNames(globalThis)) {
    if (!SetHas(kept, name)) delete globalThis[name];
  }

  // In tests of the confinement only (takeover.rs).
  if (op_attempt !== undefined) define("attempt", (name) => op_attempt(name));

  return freeze({
    __proto__: null,
    loadAll,
    addNamespaces(namespaces) {
      for (let i = 0; i < namespaces.length; i++) {
        const [identifier, server] = namespaces[i];
        if (!(identifier in globalThis)) define(identifier, new Proxy(create(null), namespaceHandler(server)));
      }
    },
    // Settles when the program has ended.
    async run(url) {
      let value;
      try {
        value = (await import(url)).default;
        if (typeof value === "function") value = await value();
      } catch (error) {
        if (error instanceof Error) throw error;
        throw new Error(`the program threw ${typeof error === "object" ? stringify(error) : String(error)}`);
      }
      if (value === undefined) return op_finish(false, "");
      const text = stringify(value);
      if (text === undefined) throw new TypeError(`the result is a ${typeof value}, which is not JSON`);
      op_finish(true, text);
    },
  });
})
