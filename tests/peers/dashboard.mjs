// The dashboard in a real headless Chromium: what it shows of real executions, that a keyboard and a screen reader can
// use it, that hostile text stays text, and that it asks for nothing from elsewhere. Pictures go to screenshots/.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { check, eventually, finish } from "./checks.mjs";
import { connect } from "./client.mjs";
import { HttpGateway } from "./gateway.mjs";
import { PEERS, TOKEN, workspace } from "./workspace.mjs";

const AXE = readFileSync(join(PEERS, "node_modules", "axe-core", "axe.min.js"), "utf8");
const PICTURES = join(PEERS, "screenshots");
const HOSTILE = `<img src=x onerror="globalThis.pwned=1"><script>globalThis.pwned=1</script>`;
mkdirSync(PICTURES, { recursive: true });

const place = workspace("dashboard");
const gateway = await check("dashboard: the gateway starts", () => HttpGateway.start(place, "--mode", "both"));
if (!gateway) finish();
const browser = await check("dashboard: Chromium starts", () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] }),
);
if (!browser) {
  await gateway.stop();
  finish();
}
const { client } = await connect(gateway.transport());
const run = (code, more = {}, options = {}) =>
  client.callTool({ name: "execute_code", arguments: { code, ...more } }, undefined, options);
await executions();

// What the pages must never do is watched everywhere.
const faults = [];
const look = { light: ["light", 1280], dark: ["dark", 1280], phone: ["light", 390], "phone-dark": ["dark", 390] };
for (const [name, [colorScheme, width]] of Object.entries(look)) {
  await check(`dashboard ${name}: overview, list and an execution are sound and accessible`, async () => {
    const page = await open({ colorScheme, viewport: { width, height: 900 } });
    const execution = await page.locator("#recent-table a", { hasText: "get_sum" }).first().getAttribute("href");
    const problems = [];
    for (const [kind, path] of [
      ["overview", "/"],
      ["execution", execution],
      ["list", "/executions"],
    ]) {
      await page.goto(gateway.origin + path);
      await page.screenshot({ path: join(PICTURES, `${kind}-${name}.png`), fullPage: true });
      problems.push(...(await problemsOf(page)).map((problem) => `${kind}: ${problem}`));
    }
    assert.deepEqual(problems, []);
    await page.context().close();
  });
}

await check("dashboard: the overview shows what ran, how it ended and by which route", async () => {
  const page = await open();
  const rows = await page.locator("#recent-table tbody tr").allInnerTexts();
  const row = (text) =>
    rows.find((line) => line.includes(text)) ?? assert.fail(`${text} is not in ${rows.join(" | ")}`);
  assert.match(row("get_sum"), /completed/i);
  assert.match(row("on purpose"), /failed/i);
  assert.match(row("not a program"), /fallback|direct/i);
  assert.match(row("echo"), /direct/i);
  const words = await page.locator("main").innerText();
  for (const part of [/tokens saved/i, /cache hit rate/i, /fallback rate/i, /slowest tools/i])
    assert.match(words, part);
  for (const server of ["everything", "filesystem", "git", "memory", "time"]) assert.ok(words.includes(server), server);
  await page.context().close();
});
await check("dashboard: an execution's page has its program, calls and console", async () => {
  const page = await open();
  await page.locator("#recent-table a", { hasText: "get_sum" }).first().click();
  await page.waitForURL(/\/executions\/\w+/);
  const words = await page.locator("main").innerText();
  for (const part of ["everything.get_sum({ a: 2, b: 40 })", "get-sum", "read_text_file", "said on the console"]) {
    assert.ok(words.includes(part), part);
  }
  await page.context().close();
});
await check("dashboard: a running program appears by itself, and its page is live", async () => {
  const page = await open();
  const controller = new AbortController();
  const long = run(
    `console.log("begun"); await everything.trigger_long_running_operation({ duration: 30, steps: 1 });`,
    {},
    {
      signal: controller.signal,
    },
  ).catch(() => "cancelled");
  await page.locator("#running-table tbody tr").first().waitFor({ timeout: 8000 });
  assert.match(await page.locator("[aria-live]").first().innerText(), /1 request runs/);
  await page.locator("#running-table a").first().click();
  await page.getByText("begun", { exact: true }).first().waitFor({ timeout: 8000 });
  controller.abort();
  await long;
  await page.getByText("cancelled").first().waitFor({ timeout: 8000 });
  await page.context().close();
});
await check("dashboard: hostile text of a program and a tool stays text", async () => {
  const page = await open();
  await page.locator("#recent-table a", { hasText: "onerror" }).first().click();
  await page.waitForURL(/\/executions\/\w+/);
  assert.ok((await page.locator("main").innerText()).includes("<script>"));
  assert.equal(await page.evaluate(() => globalThis.pwned), undefined);
  assert.equal(await page.locator("main img, main script").count(), 0);
  await page.context().close();
});
await check("dashboard: the keyboard reaches the contents, and where it is can be seen", async () => {
  const page = await open();
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => [
    document.activeElement.tagName,
    document.activeElement.getAttribute("href"),
  ]);
  assert.deepEqual(first, ["A", "#main"]);
  await page.keyboard.press("Enter");
  const reached = await eventually("a link to an execution", async () => {
    await page.keyboard.press("Tab");
    return page.evaluate(() => {
      const { activeElement } = document;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(activeElement);
      const seen = (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
      return activeElement.getAttribute("href")?.startsWith("/executions/") && { seen };
    });
  });
  assert.ok(reached.seen, "no focus ring");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/executions\/\w+/);
  await page.context().close();
});
await check("dashboard: it works without a script", async () => {
  const page = await open({ javaScriptEnabled: false });
  assert.ok((await page.locator("#recent-table tbody tr").count()) > 3);
  await page.locator("#recent-table a").first().click();
  assert.match(page.url(), /\/executions\/\w+/);
  await page.context().close();
});
await check("dashboard: without credentials there is nothing", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const response = await page.goto(gateway.origin).catch(() => undefined);
  assert.ok(!response || response.status() === 401);
  await context.close();
});
await check("dashboard: no error on the console, no request to elsewhere", async () => assert.deepEqual(faults, []));
await browser.close();
await client.close();
await gateway.stop();
finish();

/** Some of everything, for the pages to show. */
async function executions() {
  const path = JSON.stringify(join(place.files, "notes.txt"));
  const plan = [{ server: "everything", tool: "echo", input: { message: "by the plan" } }];
  await check("dashboard: executions to look at", async () => {
    await run(`throw new Error("on purpose");`);
    await run("not a program", { plan });
    await run(
      `console.log(${JSON.stringify(HOSTILE)}); return await everything.echo({ message: ${JSON.stringify(HOSTILE)} });`,
    );
    await client.callTool({ name: "everything__echo", arguments: { message: "directly" } });
    for (let n = 0; n < 3; n += 1)
      await run(`return await git.git_log({ repo_path: ${JSON.stringify(place.repository)} });`);
    await run(`const sum = await everything.get_sum({ a: 2, b: 40 });
      const { content } = await filesystem.read_text_file({ path: ${path} });
      console.log("said on the console");
      return { sum, lines: content.split("\\n").length };`);
  });
}

/** The overview, in a context of its own, logged in as a browser does it. */
async function open(options = {}) {
  const httpCredentials = { username: "anyone", password: TOKEN };
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, httpCredentials, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", ({ message }) => faults.push(`page: ${message}`));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== gateway.origin) faults.push(`request: ${request.url()}`);
  });
  const response = await page.goto(gateway.origin);
  assert.equal(response.status(), 200);
  return page;
}

/** What axe finds, and the basics that it leaves to judgement. */
async function problemsOf(page) {
  const basics = await page.evaluate(() => {
    const count = (selector) => document.querySelectorAll(selector).length;
    return {
      language: document.documentElement.lang !== "",
      title: document.title !== "",
      "one h1": count("h1") === 1,
      "one main": count("main") === 1,
      "captions of tables": count("table") === count("table > caption"),
      "labels of buttons": [...document.querySelectorAll("button")].every(
        ({ innerText, ariaLabel }) => innerText || ariaLabel,
      ),
      "no scrolling sideways": document.documentElement.scrollWidth <= innerWidth,
    };
  });
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const missing = Object.entries(basics)
    .filter(([, holds]) => !holds)
    .map(([name]) => name);
  return [...missing, ...violations.map(({ id, nodes }) => `axe ${id}: ${nodes[0].html.slice(0, 150)}`)];
}
