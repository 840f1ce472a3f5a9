// The code route as a model's client meets it: three tools, programs over several servers, failures that say where and
// why, the console as progress, cancellation, and the fallback.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { check } from "./checks.mjs";
import { all, connect, text } from "./client.mjs";

const THREE = ["describe_tools", "execute_code", "search_tools"];

export async function checkCodeRoute(label, gateway, place) {
  const peer = await check(`${label} connects`, () => connect(gateway.transport()));
  if (!peer) return;
  const { client } = peer;
  const call = (name, input, options = {}) => client.callTool({ name, arguments: input }, undefined, options);
  const run = async (code, more = {}, options = {}) => call("execute_code", { code, ...more }, options);
  const path = (name) => JSON.stringify(join(place.files, name));

  await check(`${label} shows three tools, twice the same`, async () => {
    const [once, again] = [
      await all((p) => client.listTools(p), "tools"),
      await all((p) => client.listTools(p), "tools"),
    ];
    assert.deepEqual(once.map(({ name }) => name).sort(), THREE);
    assert.deepEqual(again, once);
  });
  await check(`${label} search finds tools of several servers`, async () => {
    const found = whole(await call("search_tools", { query: "read a file; git log; current time" }));
    for (const name of [/filesystem\.read_/, /git\.git_log/, /time\.get_current_time/]) assert.match(found, name);
  });
  await check(`${label} describe shows a tool's types`, async () => {
    const shown = whole(await call("describe_tools", { tools: ["filesystem/read_text_file", "git/git_log"] }));
    assert.match(shown, /path: string/);
    assert.match(shown, /repo_path: string/);
  });
  await check(`${label} describe says which name is unknown`, async () => {
    assert.match(whole(await call("describe_tools", { tools: ["filesystem/read_test_file"] })), /read_text_file/);
  });
  await check(`${label} a program uses five servers at once`, async () => {
    const result = await run(`
      const [sum, file, log, time_, graph] = await Promise.all([
        everything.get_sum({ a: 2, b: 3 }),
        filesystem.read_text_file({ path: ${path("notes.txt")} }),
        git.git_log({ repo_path: ${JSON.stringify(place.repository)}, max_count: 5 }),
        time.convert_time({ source_timezone: "UTC", time: "12:00", target_timezone: "Asia/Tokyo" }),
        memory.read_graph({}),
      ]);
      return { sum, lines: file.content.trim().split("\\n").length, commits: log.match(/^Commit: /gm).length,
               tokyo: time_.target.datetime.slice(11, 16), entities: graph.entities.length };`);
    assert.ok(!result.isError, text(result));
    const { sum, ...rest } = value(result);
    assert.match(sum, /5/);
    assert.deepEqual(rest, { lines: 3, commits: 2, tokyo: "21:00", entities: 0 });
  });
  await check(`${label} the result is there once, not as text and as data`, async () => {
    const result = await run(`return { mark: "only-once-" + (40 + 2) };`);
    assert.equal(JSON.stringify(result).split("only-once-42").length - 1, 1);
  });
  await check(`${label} what a program writes is there afterwards`, async () => {
    const result = await run(`
      await filesystem.write_file({ path: ${path("written.txt")}, content: "ünïcödé \u{1F600}" });
      const name = ${JSON.stringify(label)};
      await memory.create_entities({ entities: [{ name, entityType: "run", observations: ["ran"] }] });
      const { entities } = await memory.search_nodes({ query: name });
      return entities.length;`);
    assert.equal(value(result), 1, text(result));
    assert.equal(readFileSync(join(place.files, "written.txt"), "utf8"), "ünïcödé \u{1F600}");
  });
  await check(`${label} a program reads an image and structured content as data`, async () => {
    const result = await run(`
      const image = await everything.get_tiny_image({});
      const weather = await everything.get_structured_content({ location: "New York" });
      return { kinds: image.map(({ type }) => type), weather };`);
    const { kinds, weather } = value(result);
    assert.ok(kinds.includes("image"));
    assert.equal(typeof weather.temperature, "number");
  });

  await check(`${label} a syntax error says its kind and place`, async () => {
    const result = await run("const a = 1;\nconst b = = 2;\nreturn a;");
    assert.ok(result.isError);
    assert.match(whole(result), /syntax/i);
    assert.match(whole(result), /2:11|line 2/);
  });
  await check(`${label} an error at run time says its kind, place and hint`, async () => {
    const result = await run(`const nothing: any = undefined;\n\nreturn nothing.name;`);
    assert.ok(result.isError);
    assert.match(whole(result), /TypeError|runtime/i);
    assert.match(whole(result), /3:\d+|line 3/);
  });
  await check(`${label} a tool that does not exist is named, with the nearest`, async () => {
    const result = await run(`return await filesystem.read_test_file({ path: "x" });`);
    assert.ok(result.isError);
    assert.match(whole(result), /read_text_file/);
  });
  await check(`${label} a tool's own error reaches the program`, async () => {
    const result = await run(`
      try { await filesystem.read_text_file({ path: "/etc/passwd" }); return "read"; }
      catch (error) { return String(error.message); }`);
    assert.match(value(result), /denied|outside/i);
  });
  await check(`${label} a failure says what was already done`, async () => {
    const result = await run(`
      await filesystem.write_file({ path: ${path("done.txt")}, content: "done" });
      throw new Error("after the write");`);
    assert.ok(result.isError);
    assert.match(whole(result), /after the write/);
    assert.match(whole(result), /write_file/);
  });
  await check(
    `${label} an endless program is stopped, and the next one runs`,
    async () => {
      const result = await run("while (true) {}");
      assert.ok(result.isError);
      assert.match(whole(result), /limit|cpu|time/i);
      assert.equal(value(await run("return 1;")), 1);
    },
    { seconds: 40 },
  );
  await check(`${label} there is no network, file system or process`, async () => {
    const result = await run(`
      const tried = async (what: () => unknown) => {
        try { await what(); return "done"; } catch { return "refused"; }
      };
      const global = globalThis as any;
      return [
        await tried(() => fetch("http://127.0.0.1/")),
        await tried(() => import("node:fs")),
        await tried(() => require("fs")),
        typeof global.Deno, typeof global.process, typeof global.WebAssembly,
      ];`);
    assert.deepEqual(value(result), [...Array(3).fill("refused"), ...Array(3).fill("undefined")]);
  });

  await check(`${label} the plan is carried out where the code fails`, async () => {
    const plan = [
      { server: "everything", tool: "echo", input: { message: "from the plan" } },
      { server: "everything", tool: "get-sum", input: { a: 20, b: 22 } },
    ];
    const result = await run("this is not a program", { plan });
    assert.ok(!result.isError, whole(result));
    assert.match(whole(result), /from the plan/);
    assert.match(whole(result), /42/);
  });
  await check(`${label} the console is told as progress while the program runs`, async () => {
    const told = [];
    const result = await run(
      `for (const step of ["one", "two", "three"]) {
         console.log("step", step);
         await everything.trigger_long_running_operation({ duration: 0.2, steps: 1 });
       }
       return "end";`,
      {},
      { onprogress: ({ progress, message }) => told.push({ progress, message }) },
    );
    assert.equal(value(result), "end");
    const lines = told.filter(({ message }) => message?.includes("step "));
    assert.deepEqual(
      lines.map(({ message }) => message.match(/step (\w+)/)[1]),
      ["one", "two", "three"],
    );
    for (const [before, after] of told.slice(1).map((step, at) => [told[at], step])) {
      assert.ok(after.progress > before.progress, "progress grows");
    }
  });
  await check(`${label} no progress where none was asked for`, async () => {
    const before = peer.seen.logged.length;
    assert.equal(value(await run(`console.log("unseen"); return 2;`)), 2);
    assert.equal(peer.seen.logged.length, before);
  });
  await check(`${label} a question of a server during a program reaches the client`, async () => {
    const result = await run(
      `return await everything.trigger_sampling_request({ prompt: "From code", maxTokens: 9 });`,
    );
    assert.match(whole(result), /To: .*From code/s);
    assert.equal(peer.seen.sampled.length, 1);
  });
  await check(`${label} a cancelled program does nothing more`, async () => {
    const late = join(place.files, `late-${gateway.kind}.txt`);
    const controller = new AbortController();
    const cancelled = run(
      `await everything.trigger_long_running_operation({ duration: 1, steps: 1 });
       await filesystem.write_file({ path: ${JSON.stringify(late)}, content: "late" });`,
      {},
      { signal: controller.signal },
    );
    setTimeout(() => controller.abort("enough"), 300);
    await assert.rejects(cancelled, /enough/);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.ok(!existsSync(late), "the program went on");
    assert.equal(value(await run("return 3;")), 3);
  });
  await check(`${label} an unknown tool and wrong arguments are errors`, async () => {
    await refused(() => call("no_such_tool", {}));
    await refused(() => call("execute_code", { source: "return 1;" }));
    await refused(() => call("execute_code", { code: 1 }));
  });
  await check(`${label} twenty programs at once`, async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        run(`const answer = await everything.echo({ message: "n${n}" }); return answer;`),
      ),
    );
    results.forEach((result, n) => assert.equal(value(result), `Echo: n${n}`));
  });
  await check(`${label} closes`, () => peer.close());
}

/** A client that goes away during a program: nothing more is done for it. */
export async function checkDisconnect(label, gateway, place) {
  await check(`${label} a program whose client went away does nothing more`, async () => {
    const transport = gateway.transport();
    const { client } = await connect(transport);
    const late = join(place.files, `gone-${gateway.kind}.txt`);
    const code = `await everything.trigger_long_running_operation({ duration: 1, steps: 1 });
      await filesystem.write_file({ path: ${JSON.stringify(late)}, content: "late" });`;
    const lost = client.callTool({ name: "execute_code", arguments: { code } }).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 300));
    // Over HTTP, losing a connection is not leaving: the client says that it goes.
    await transport.terminateSession?.();
    await client.close();
    await lost;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.ok(!existsSync(late), "the program went on");
  });
}

/** A refusal may be a JSON-RPC error or a result that says that it is one. */
async function refused(request) {
  const result = await request().catch((error) => ({ isError: true, error }));
  assert.ok(result.isError, JSON.stringify(result));
}

const whole = (result) =>
  `${text(result)}\n${result.structuredContent ? JSON.stringify(result.structuredContent) : ""}`;

/** The final result of a program: data, or text that is JSON unless the program returned a text. */
function value(result) {
  if (result.isError) throw new Error(whole(result));
  if (result.structuredContent !== undefined) return result.structuredContent.result ?? result.structuredContent;
  try {
    return JSON.parse(text(result));
  } catch {
    return text(result);
  }
}
