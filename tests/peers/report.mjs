// The evaluation's report in a real headless Chromium, on runs of our own servers and of the real ones before: that it is sound and
// accessible in every look, with its policy in force, by keyboard, and without scripts. Pictures go to screenshots/.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { check, finish } from "./checks.mjs";
import { PEERS } from "./workspace.mjs";

const AXE = readFileSync(join(PEERS, "node_modules", "axe-core", "axe.min.js"), "utf8");
const PICTURES = join(PEERS, "screenshots");
const out = join(PEERS, "work", "report");
mkdirSync(PICTURES, { recursive: true });
mkdirSync(out, { recursive: true });
const address = pathToFileURL(join(out, "index.html")).href;

const project = process.env.PROJECT ?? dirname(dirname(PEERS));
const codefirst = (...words) =>
  new Promise((resolve, reject) => {
    execFile(process.env.CODEFIRST, words, { cwd: project }, (error, stdout, stderr) =>
      error ? reject(new Error(`${stderr} ${stdout}`.slice(-800))) : resolve(stdout),
    );
  });
await check("report: a run and a sweep are recorded", async () => {
  const names = ["convergence", "single-lookup", "fallback", "injected-result", "search-then-read"];
  const scenarios = names.flatMap((name) => ["--scenario", name]);
  await codefirst("eval", ...scenarios, "--seeds", "2", "--quiet", "--out", out);
  await codefirst("sweep", "--quiet", "--result-tokens", "100,1000,10000", "--out", out);
}, { seconds: 60 });

const browser = await check("report: Chromium starts", () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] }),
);
if (!browser) finish();

/** A page that remembers what it complains of. */
async function open(options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.faults = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.faults.push(message.text());
  });
  page.on("pageerror", (error) => page.faults.push(error.message));
  page.on("request", (request) => {
    if (request.url() !== address) page.faults.push(`asks for ${request.url()}`);
  });
  await page.goto(address, { waitUntil: "load" });
  return page;
}

for (const [name, colorScheme, width] of [
  ["light", "light", 1280],
  ["dark", "dark", 1280],
  ["phone", "light", 390],
]) {
  await check(`report ${name}: complains of nothing, fits, and is accessible with everything unfolded`, async () => {
    // The policy would refuse axe itself; without it nothing else differs.
    const page = await open({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
    await page.screenshot({ path: join(PICTURES, `report-${name}.png`) });
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${overflow} px too wide`);
    await page.addScriptTag({ content: AXE });
    const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`), []);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  }, { seconds: 60 });
}

await check("report: with its policy in force, a keyboard moves the sliders and sorts the tables", async () => {
  const page = await open();
  const month = () => page.$$eval(".prices:not([hidden])", (all) => all.map((table) => table.innerText).join());
  const before = await month();
  await page.focus("#volume");
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await month(), before);
  const column = () => page.$$eval("#results-table tbody tr", (rows) => rows.map((row) => row.cells[4]?.innerText).join());
  const unsorted = await column();
  await page.focus("#results-table thead th:nth-child(5) button");
  await page.keyboard.press("Enter");
  assert.notEqual(await column(), unsorted);
  assert.deepEqual(page.faults, []);
});

await check("report: it says all without scripts", async () => {
  const page = await open({ javaScriptEnabled: false });
  assert.ok((await page.locator(".prices").count()) >= 2);
  assert.equal(await page.locator("#controls").isVisible(), false);
  const words = await page.locator("main").innerText();
  for (const part of [/single-lookup/, /more/, /Reduction/i]) assert.match(words, part);
});

// A second is what it may take; a machine that is busy with other drivers is given three.
await check("report: it is loaded soon", async () => {
  const page = await open();
  const loaded = await page.evaluate(() => performance.getEntriesByType("navigation")[0].loadEventEnd);
  assert.ok(loaded < 3_000, `${Math.round(loaded)} ms`);
});

await browser.close();
finish();
