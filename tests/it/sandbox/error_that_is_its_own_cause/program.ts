const outer = new Error("outer", { cause: new Error("inner") });
(outer.cause as Error).cause = outer;
throw new AggregateError([outer, outer], "together", { cause: outer });
