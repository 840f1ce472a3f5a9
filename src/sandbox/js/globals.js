// Defines the globals. The files of the rarer ones are compiled when a program first touches one of them, because each
// fresh isolate pays for what is compiled at its start. Answers with a function that loads all of them at once, for a
// process that is warmed up once and forked.
((core, ops) => {
  "use strict";
  const { primordials: builtIns } = globalThis.__bootstrap;
  const { ObjectDefineProperty, indirectEval } = builtIns;
  const { op_globals_source } = ops;

  // The built-in push assigns, and an assignment finds the setters that a program may have put on the prototypes.
  const primordials = {
    __proto__: builtIns,
    ArrayPrototypePush(array, ...items) {
      for (let i = 0; i < items.length; i++) {
        ObjectDefineProperty(array, array.length, {
          __proto__: null, value: items[i], writable: true, enumerable: true, configurable: true,
        });
      }
      return array.length;
    },
  };

  const hide = (object, name, value) => {
    ObjectDefineProperty(object, name, { __proto__: null, value, writable: true, configurable: true });
  };
  const defineGlobal = (name, value) => hide(primordials.globalThis, name, value);

  // Each file and those it builds on.
  const files = {
    __proto__: null,
    abort: ["timers", "events"],
    brand: [],
    clone: ["errors", "brand"],
    console: [],
    encoding: ["errors"],
    errors: [],
    events: ["errors", "timers"],
    inspect: ["brand", "text"],
    platform: [],
    shapes: ["errors", "inspect"],
    table: ["shapes"],
    text: [],
    timers: [],
    url: [],
  };
  const loaded = { __proto__: null };
  const load = (name) => {
    if (loaded[name]) return;
    const needed = files[name];
    for (let i = 0; i < needed.length; i++) load(needed[i]);
    indirectEval(op_globals_source(name))(internals);
    loaded[name] = true;
  };

  // What the files give each other. Those of a class tell its objects from plain ones (`structuredClone` refuses them)
  // and say what the console shows of them: pairs of a check and a function that gives [name, value] entries.
  const shared = { __proto__: null, hide, defineGlobal, load, platformChecks: [], platformViews: [] };
  const internals = { __proto__: null, core, ops, primordials, shared };

  const lazy = (file, names) => {
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      ObjectDefineProperty(primordials.globalThis, name, {
        __proto__: null,
        get() {
          load(file);
          return shared.defined[name];
        },
        set(value) {
          defineGlobal(name, value);
        },
        configurable: true,
      });
    }
  };
  // The values stay here when the program has replaced or deleted a global before it was ever read.
  shared.defined = { __proto__: null };
  shared.defineLazy = (name, value) => {
    shared.defined[name] = value;
    const current = primordials.ReflectGetOwnPropertyDescriptor(primordials.globalThis, name);
    if (current?.get !== undefined) defineGlobal(name, value);
  };

  load("platform");
  load("timers");
  load("console");
  lazy("errors", ["DOMException"]);
  lazy("events", ["Event", "CustomEvent", "EventTarget"]);
  lazy("abort", ["AbortController", "AbortSignal"]);
  lazy("encoding", ["TextEncoder", "TextDecoder", "atob", "btoa"]);
  lazy("url", ["URL", "URLSearchParams"]);
  lazy("clone", ["structuredClone"]);

  return () => {
    for (const name in files) load(name);
  };
})
