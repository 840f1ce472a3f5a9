let hooks = 0;
const hook = (): never => { hooks++; throw new Error("hook"); };
setTimeout(() => console.log("hooks", hooks));
throw { toString: hook, valueOf: hook, [Symbol.toPrimitive]: hook, get [Symbol.toStringTag]() { return hook(); }, code: 7 };
