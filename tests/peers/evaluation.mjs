// The evaluation on real servers, which scenarios name by their command: every arm has to come to the right answer.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { check, finish } from "./checks.mjs";
import { PEERS } from "./workspace.mjs";

const folder = join(PEERS, "scenarios");
const names = readdirSync(folder).sort();
const out = join(PEERS, "work", "evaluation");
mkdirSync(out, { recursive: true });

const bins = [join(PEERS, "venv", "bin"), join(PEERS, "node_modules", ".bin")];
const env = { ...process.env, PATH: [...bins, process.env.PATH].join(delimiter) };
const scenarios = names.flatMap((name) => ["--scenario", join(folder, name)]);

await check(
  "evaluation: real servers are evaluated, and the gates hold",
  () =>
    new Promise((resolve, reject) => {
      const arguments_ = ["eval", ...scenarios, "--seeds", "2", "--out", out];
      execFile(process.env.CODEFIRST, arguments_, { env }, (error, stdout, stderr) =>
        error ? reject(new Error(`${stderr} ${stdout}`.slice(-800))) : resolve(),
      );
    }),
  { seconds: 100 },
);

const summary = await check("evaluation: there is a summary", () =>
  JSON.parse(readFileSync(join(out, "summary.json"), "utf8")),
);
for (const name of names) {
  await check(`evaluation: ${name} is right on every arm, and the same with each seed`, () => {
    const { trials } = summary.scenarios.find((scenario) => scenario.name === name);
    assert.equal(trials.length, 8);
    for (const trial of trials) assert.equal(trial.correct, true, `${trial.arm}: ${trial.failure?.message}`);
    const context = (arm) => trials.filter((trial) => trial.arm === arm).map((trial) => trial.context_tokens.total);
    for (const arm of ["direct", "search", "code", "code+cache"]) {
      const [one, other] = context(arm);
      assert.equal(one, other, arm);
    }
  });
}

finish();
