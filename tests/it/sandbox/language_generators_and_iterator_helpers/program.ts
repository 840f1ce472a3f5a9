function* numbers(log: string[]): Generator<number, string, string | undefined> {
  try {
    for (let n = 1; ; n++) {
      const sent = yield n;
      if (sent) log.push(sent);
    }
  } finally {
    log.push("closed");
  }
}
const log: string[] = [];
const manual = numbers(log);
const steps = [manual.next(), manual.next("hello"), manual.return("bye"), manual.next().done];
const chain = numbers(log).filter((n) => n % 2 === 0).map((n) => n * n).drop(1).take(3).toArray();
const nested = Iterator.from([1, 2]).flatMap((n) => [n, n * 10]).toArray();
function* outer() { const got = yield* (function* () { yield "a"; return "b"; })(); yield got; }
const sum = [1, 2, 3].values().reduce((a, b) => a + b);
const found = new Set([5, 6]).values().find((n) => n > 5);
const checks = [[1, 2].values().some((n) => n > 1), [1, 2].values().every((n) => n > 1)];
return { steps, log, chain, nested, outer: [...outer()], sum, found, checks };
