class Spy extends Promise<unknown> { static seen: string[] = []; constructor(run: any) { super(run); Spy.seen.push("made"); } }
Object.defineProperty(Promise, Symbol.species, { get: () => Spy });
Object.defineProperty(Array, Symbol.species, { get: () => Spy });
Promise.prototype.constructor = Spy;
const NativePromise = Promise;
(globalThis as any).Promise = Spy;
const call = test.echo({ a: 1 });
const isNative = Object.getPrototypeOf(call) === NativePromise.prototype;
const answer = await call;
return { isNative, answer, own: Object.keys(call) };
