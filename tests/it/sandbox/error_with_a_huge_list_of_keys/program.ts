// The engine's binding prints the properties named in this list beside an error. It is not asked to.
const error = new Error("listed");
(error as any)[Symbol.for("errorAdditionalPropertyKeys")] = new Array(2 ** 32 - 1);
throw error;
