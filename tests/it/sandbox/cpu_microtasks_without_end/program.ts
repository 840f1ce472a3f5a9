const again = (): void => queueMicrotask(again);
again();
await test.echo({});
return "the queue never empties";
