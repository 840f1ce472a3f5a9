// Checks of a driver: each is one line on standard output, `ok NAME` or `FAIL NAME — DETAIL`, and has a time limit,
// so that a peer that hangs fails its check and not the run.
import { inspect } from "node:util";

/** Checks that take longer say so. */
const SLOW = 2;
let failed = 0;

/** Runs a check; what it returns is kept for later checks, `undefined` where it failed. */
export async function check(name, body, { seconds = 20 } = {}) {
  const begun = Date.now();
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${seconds} s`)), seconds * 1000);
  });
  try {
    const value = await Promise.race([body(), late]);
    const took = (Date.now() - begun) / 1000;
    console.log(`ok ${name}${took > SLOW ? ` (${took.toFixed(1)} s)` : ""}`);
    return value;
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name} — ${oneLine(error)}`);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** Ends the driver: non-zero if a check failed. Whatever a peer left open must not keep it alive. */
export function finish() {
  process.exit(failed === 0 ? 0 : 1);
}

/** Waits until the condition gives something other than `undefined` or `false`. */
export async function eventually(what, condition, seconds = 10) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`${what} did not happen in ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function oneLine(error) {
  const text = error instanceof Error ? `${error.message}${error.cause ? ` (${error.cause})` : ""}` : inspect(error);
  return text.replace(/\s+/g, " ").slice(0, 900);
}

process.on("unhandledRejection", (error) => {
  failed += 1;
  console.log(`FAIL unhandled rejection — ${oneLine(error)}`);
});
