const thenable = { then: (resolve: (value: unknown) => void) => resolve(thenable) };
await thenable;
