// What the sandbox gives to every program besides the language itself: these globals, with these members, and no others.
// tests/it/check.rs compares the list with a real sandbox's. `callMCPTool` and the servers are in the wrapper tree's globals.

declare class ToolError extends Error {
  constructor(message?: string, server?: string, tool?: string);
  readonly server: string;
  readonly tool: string;
}

/** What the engine throws when it gives up on itself. */
declare class InternalError extends Error {}

interface SandboxConsole {
  assert(condition?: unknown, ...values: unknown[]): void;
  count(label?: string): void;
  countReset(label?: string): void;
  debug(...values: unknown[]): void;
  dir(value?: unknown, options?: { depth?: number | null; [option: string]: unknown }): void;
  dirxml(...values: unknown[]): void;
  error(...values: unknown[]): void;
  group(...values: unknown[]): void;
  groupCollapsed(...values: unknown[]): void;
  groupEnd(): void;
  info(...values: unknown[]): void;
  log(...values: unknown[]): void;
  table(data?: unknown, columns?: readonly string[]): void;
  time(label?: string): void;
  timeEnd(label?: string): void;
  timeLog(label?: string, ...values: unknown[]): void;
  trace(...values: unknown[]): void;
  warn(...values: unknown[]): void;
}
declare var console: SandboxConsole;

declare var self: typeof globalThis;

// Any arguments, so that a promise's `resolve` can be the callback.
declare function setTimeout(callback: (...args: any[]) => void, milliseconds?: number, ...args: any[]): number;
declare function setInterval(callback: (...args: any[]) => void, milliseconds?: number, ...args: any[]): number;
declare function setImmediate(callback: (...args: any[]) => void, ...args: any[]): number;
declare function clearTimeout(id?: number | string | null): void;
declare function clearInterval(id?: number | string | null): void;
declare function clearImmediate(id?: number | string | null): void;
declare function queueMicrotask(callback: () => void): void;

declare function structuredClone<T>(value: T, options?: { transfer?: readonly ArrayBuffer[] }): T;
declare function atob(text: string): string;
declare function btoa(text: string): string;

interface SandboxCrypto {
  getRandomValues<T extends ArrayBufferView>(array: T): T;
  randomUUID(): `${string}-${string}-${string}-${string}-${string}`;
}
declare var crypto: SandboxCrypto;

interface SandboxPerformance {
  /** Whole milliseconds. */
  now(): number;
  readonly timeOrigin: number;
  toJSON(): { timeOrigin: number };
}
declare var performance: SandboxPerformance;

declare class TextEncoder {
  readonly encoding: "utf-8";
  encode(text?: string): Uint8Array<ArrayBuffer>;
  encodeInto(text: string, destination: Uint8Array): { read: number; written: number };
}

declare class TextDecoder {
  /** utf-8, utf-16le, utf-16be or windows-1252, or another label of one of them. */
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  decode(input?: ArrayBuffer | ArrayBufferView, options?: { stream?: boolean }): string;
}

declare class URL {
  constructor(url: string | URL, base?: string | URL);
  hash: string;
  host: string;
  hostname: string;
  href: string;
  readonly origin: string;
  password: string;
  pathname: string;
  port: string;
  protocol: string;
  search: string;
  readonly searchParams: URLSearchParams;
  username: string;
  toJSON(): string;
  toString(): string;
  static canParse(url: string | URL, base?: string | URL): boolean;
  static parse(url: string | URL, base?: string | URL): URL | null;
}

declare class URLSearchParams {
  constructor(init?: string | Record<string, unknown> | Iterable<readonly unknown[]> | URLSearchParams | null);
  readonly size: number;
  // Values become text by themselves.
  append(name: string, value: unknown): void;
  delete(name: string, value?: unknown): void;
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string, value?: unknown): boolean;
  set(name: string, value: unknown): void;
  sort(): void;
  forEach(callback: (value: string, name: string, params: URLSearchParams) => void, thisArg?: unknown): void;
  entries(): IteratorObject<[string, string], undefined, undefined>;
  keys(): IteratorObject<string, undefined, undefined>;
  values(): IteratorObject<string, undefined, undefined>;
  toString(): string;
  [Symbol.iterator](): IteratorObject<[string, string], undefined, undefined>;
}

interface EventOptions {
  bubbles?: boolean;
  cancelable?: boolean;
  composed?: boolean;
}

declare class Event {
  constructor(type: string, options?: EventOptions);
  readonly bubbles: boolean;
  readonly cancelable: boolean;
  readonly composed: boolean;
  readonly currentTarget: EventTarget | null;
  readonly defaultPrevented: boolean;
  readonly eventPhase: number;
  readonly isTrusted: boolean;
  readonly returnValue: boolean;
  readonly srcElement: EventTarget | null;
  readonly target: EventTarget | null;
  readonly timeStamp: number;
  readonly type: string;
  composedPath(): EventTarget[];
  preventDefault(): void;
  stopImmediatePropagation(): void;
  stopPropagation(): void;
  static readonly NONE: 0;
  static readonly CAPTURING_PHASE: 1;
  static readonly AT_TARGET: 2;
  static readonly BUBBLING_PHASE: 3;
}

declare class CustomEvent<T = any> extends Event {
  constructor(type: string, options?: EventOptions & { detail?: T });
  readonly detail: T;
}

type EventListener = ((event: any) => void) | { handleEvent(event: any): void };

declare class EventTarget {
  addEventListener(
    type: string,
    listener: EventListener | null | undefined,
    options?: boolean | { capture?: boolean; once?: boolean; passive?: boolean; signal?: AbortSignal },
  ): void;
  removeEventListener(
    type: string,
    listener: EventListener | null | undefined,
    options?: boolean | { capture?: boolean },
  ): void;
  dispatchEvent(event: Event): boolean;
}

declare class AbortSignal extends EventTarget {
  private constructor();
  readonly aborted: boolean;
  onabort: ((event: any) => void) | null;
  readonly reason: any;
  throwIfAborted(): void;
  static abort(reason?: unknown): AbortSignal;
  static any(signals: Iterable<AbortSignal>): AbortSignal;
  static timeout(milliseconds: number): AbortSignal;
}

declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

declare class DOMException extends Error {
  constructor(message?: string, nameOrOptions?: string | { name?: string; cause?: unknown });
  readonly code: number;
  readonly [constant: `${string}_ERR`]: number;
  static readonly [constant: `${string}_ERR`]: number;
}
