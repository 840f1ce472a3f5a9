const split = (): void => { queueMicrotask(split); queueMicrotask(split); };
split();
await new Promise(() => {});
