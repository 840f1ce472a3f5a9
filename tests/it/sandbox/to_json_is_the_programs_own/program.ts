return { toJSON: () => "own" };
