return { then: (resolve: (value: unknown) => void) => resolve({ then: "not a function" }) };
