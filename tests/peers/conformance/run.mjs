// The official conformance suite, both ways: against the gateway as a server, with conformance/server.mjs behind it,
// and against the gateway as a client of the suite's own servers.
//
// A scenario that fails must be listed in expected-failures.txt, and one that is listed must fail.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { check, finish } from "../checks.mjs";
import { HttpGateway } from "../gateway.mjs";
import { PEERS, workspace, write } from "../workspace.mjs";
import { relay } from "./names.mjs";

const SUITE = join(PEERS, "node_modules", "@modelcontextprotocol", "conformance", "dist", "index.js");
const STATELESS = "2026-07-28";
const REVISIONS = ["2025-11-25", STATELESS];
const CLIENT_REVISIONS = ["2025-03-26", ...REVISIONS];

// Extensions of the protocol that the gateway claims.
const EXTENSIONS = ["auth/client-credentials-basic"];
// The suite's clients are short, and wait more than they compute.
const AT_ONCE = 3;

const expected = new Map(
  readFileSync(join(PEERS, "conformance", "expected-failures.txt"), "utf8")
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => line.split(" — "))
    .map(([key, reason]) => [key.trim(), reason]),
);

const place = workspace("conformance");
for (const revision of REVISIONS) await servers(revision);
await clients();
for (const [key] of expected) {
  await check(`conformance ${key} is a scenario`, async () => assert.fail("listed, but was not run"));
}
finish();

/** The suite's server scenarios, without a token: the suite has none to give. */
async function servers(revision) {
  const open = { ...place, config: join(place.root, `${revision}.json`), settings: join(place.root, "open.toml") };
  const args = [join(PEERS, "conformance", "server.mjs"), ...(revision === STATELESS ? ["stateless"] : [])];
  write(open.config, { mcpServers: { suite: { command: process.execPath, args } } });
  writeFileSync(open.settings, `[servers.suite]\nsession = "own"\n`);
  const gateway = await check(`conformance server ${revision}: the gateway starts`, () =>
    HttpGateway.start(open, "--mode", "direct"),
  );
  if (!gateway) return;
  const { url, close } = await relay(gateway.url, "suite");
  const out = join(place.root, `server-${revision}`);
  const text = await suite([
    "server",
    "--spec-version",
    revision,
    "-o",
    out,
    "--url",
    url,
    "--suite",
    "all",
    "--timeout",
    "10000",
  ]);
  const verdicts = summary(text);
  await check(`conformance server ${revision}: the suite ran`, async () =>
    assert.ok(verdicts.length >= 30, text.slice(-500)),
  );
  for (const { scenario, failed } of verdicts) await judge(`server ${revision} ${scenario}`, failed, out, scenario);
  close();
  await gateway.stop();
}

/** Every client scenario that applies to a revision, at each revision that it applies to. */
async function clients() {
  const listed = await suite(["list"]);
  const scenarios = [
    ...listed.split(/^(?:Client|Authorization server) scenarios/m)[1].matchAll(/^ {2}- (\S+) \[(\S+)\]$/gm),
  ].flatMap(([, scenario, revisions]) =>
    EXTENSIONS.includes(scenario)
      ? [[REVISIONS[0], scenario]]
      : revisions.split(",").map((revision) => [revision, scenario]),
  );
  const wanted = scenarios.filter(([revision]) => CLIENT_REVISIONS.includes(revision));
  await check("conformance client: the suite has scenarios", async () => assert.ok(wanted.length > 40, listed));
  const next = wanted.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [revision, scenario] of next) await client(revision, scenario);
    }),
  );
}

async function client(revision, scenario) {
  const command = `${process.execPath} ${join(PEERS, "conformance", "client.mjs")}`;
  const out = join(place.root, `client-${revision}-${scenario.replaceAll("/", "-")}`);
  const flags = ["--command", command, "--scenario", scenario, "--timeout", "15000", "--force"];
  await suite(["client", "--spec-version", revision, "-o", out, ...flags]);
  const checks = written(out, scenario);
  // A client that does nothing at all fails none of a scenario's checks, and passes none.
  const failed = !checks.some(({ status }) => status === "SUCCESS") || failures(checks).length > 0;
  await judge(`client ${revision} ${scenario}`, failed, out, scenario);
}

async function judge(key, failed, out, scenario) {
  const reason = expected.get(key);
  expected.delete(key);
  const name = `conformance ${key}`;
  if (failed && reason !== undefined) await check(`${name} (fails as expected: ${reason})`, async () => {});
  else {
    await check(name, async () => {
      assert.ok(!failed, failures(written(out, scenario)).join("; ") || "nothing was checked");
      assert.equal(reason, undefined, "it passes: take it off the list of expected failures");
    });
  }
}

/** The last part of the suite's output: `✓ SCENARIO: 2 passed, 0 failed`. */
function summary(text) {
  return [...text.matchAll(/^\W*([✓✗]) (\S+): \d+ passed, (\d+) failed/gm)].map(([, mark, scenario, count]) => ({
    scenario,
    failed: mark === "✗" || Number(count) > 0,
  }));
}

/** The checks that the suite wrote down for a scenario. */
function written(out, scenario) {
  let files = [];
  try {
    files = readdirSync(out, { recursive: true });
  } catch {
    return [];
  }
  return files
    .filter((path) => path.endsWith("checks.json") && path.replaceAll("/", "-").includes(scenario.replaceAll("/", "-")))
    .flatMap((path) => JSON.parse(readFileSync(join(out, path), "utf8")));
}

function failures(checks) {
  return checks
    .filter(({ status }) => status === "FAILURE")
    .map(({ id, errorMessage, details }) => `${id}: ${errorMessage ?? JSON.stringify(details)}`);
}

function suite(flags) {
  return new Promise((resolve) => {
    execFile(process.execPath, [SUITE, ...flags], { maxBuffer: 1 << 26, timeout: 120_000 }, (_failure, text, error) =>
      resolve(text + error),
    );
  });
}
