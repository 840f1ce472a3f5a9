// The second generation of the official TypeScript client, which speaks the stateless revision, against the gateway.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { check, finish } from "./checks.mjs";
import { text } from "./client.mjs";
import { HttpGateway, StdioGateway } from "./gateway.mjs";
import { workspace } from "./workspace.mjs";

const REVISION = "2026-07-28";

for (const Gateway of [StdioGateway, HttpGateway]) {
  const place = workspace(`stateless-${Gateway.kind}`);
  const label = `stateless ${Gateway.kind}:`;
  const gateway = await check(`${label} starts`, () => Gateway.start(place, "--mode", "both"));
  if (!gateway) continue;
  const client = new Client(
    { name: "peers", version: "1.0.0" },
    {
      capabilities: { elicitation: { form: {}, url: {} }, roots: {}, sampling: {} },
      versionNegotiation: { mode: { pin: REVISION } },
    },
  );
  client.setRequestHandler("sampling/createMessage", async ({ params }) => ({
    role: "assistant",
    model: "a-model",
    content: { type: "text", text: `To: ${params.messages.at(-1).content.text}` },
  }));
  let answers = true;
  client.setRequestHandler("elicitation/create", async () => {
    if (!answers) await new Promise(() => {});
    return { action: "accept", content: { name: "Ada" } };
  });
  client.setRequestHandler("roots/list", async () => ({ roots: [] }));
  const call = (name, input, options) => client.callTool({ name, arguments: input }, options);

  await check(`${label} connects at ${REVISION}`, () =>
    client.connect(
      gateway.server
        ? new StdioClientTransport({ ...gateway.server, env: process.env, stderr: "ignore" })
        : new StreamableHTTPClientTransport(gateway.url, { requestInit: { headers: gateway.headers } }),
    ),
  );
  await check(`${label} lists the tools of both routes`, async () => {
    const { tools } = await client.listTools();
    for (const name of ["execute_code", "git__git_log", "everything__echo"]) {
      assert.ok(
        tools.some((tool) => tool.name === name),
        name,
      );
    }
  });
  await check(`${label} runs a program, with the console as progress`, async () => {
    const told = [];
    const code = `console.log("step", 1); return await everything.get_sum({ a: 40, b: 2 });`;
    const result = await call("execute_code", { code }, { onprogress: ({ message }) => told.push(message) });
    assert.match(JSON.stringify(result), /42/);
    assert.ok(
      told.some((message) => /step 1/.test(message)),
      told.join(),
    );
  });
  await check(`${label} calls a tool directly`, async () => {
    assert.equal(text(await call("everything__echo", { message: "hello" })), "Echo: hello");
  });
  await check(`${label} progress of a server is passed on`, async () => {
    const told = [];
    const input = { duration: 0.4, steps: 2 };
    await call("everything__trigger-long-running-operation", input, {
      onprogress: ({ progress }) => told.push(progress),
    });
    // The server asks for the client's roots soon after it has started, and with the round that takes the client's library
    // tells a step again.
    assert.deepEqual([...new Set(told)], [1, 2]);
  });
  await check(`${label} a server's request for sampling is answered in rounds`, async () => {
    const result = await call("everything__trigger-sampling-request", { prompt: "Say it", maxTokens: 5 });
    assert.match(text(result), /To: .*Say it/s);
  });
  await check(`${label} a server's elicitation is answered in rounds`, async () => {
    assert.match(text(await call("everything__trigger-elicitation-request", {})), /Ada/);
  });
  await check(
    `${label} a server's question during a program is answered in rounds, and the program runs once`,
    async () => {
      const mark = `mark-${Gateway.kind}`;
      const code = `
      await memory.create_entities({ entities: [{ name: "${mark}", entityType: "mark", observations: [] }] });
      await memory.add_observations({ observations: [{ entityName: "${mark}", contents: [String(Math.random())] }] });
      const said = await everything.trigger_sampling_request({ prompt: "In a program", maxTokens: 5 });
      const graph = await memory.open_nodes({ names: ["${mark}"] });
      return { said, observations: graph.entities[0].observations.length };`;
      const result = JSON.stringify(await call("execute_code", { code }));
      assert.match(result, /In a program/);
      assert.match(result, /observations\W+1\b/);
    },
  );
  await check(`${label} a cancelled program does nothing more`, async () => {
    const late = join(place.files, "late.txt");
    const controller = new AbortController();
    const code = `await everything.trigger_long_running_operation({ duration: 1, steps: 1 });
      await filesystem.write_file({ path: ${JSON.stringify(late)}, content: "late" });`;
    const cancelled = call("execute_code", { code }, { signal: controller.signal });
    setTimeout(() => controller.abort("enough"), 300);
    await assert.rejects(cancelled, /enough/);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.ok(!existsSync(late), "the program went on");
  });
  await check(`${label} a question that is never answered is in nobody's way`, async () => {
    answers = false;
    call("everything__trigger-elicitation-request", {}).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 500));
    answers = true;
    const result = await call("everything__trigger-sampling-request", { prompt: "Still there?", maxTokens: 5 });
    assert.match(text(result), /Still there/);
  });
  await check(`${label} resources and prompts`, async () => {
    const { resources } = await client.listResources();
    const { contents } = await client.readResource({ uri: resources[0].uri });
    assert.ok(contents[0].text.length > 100);
    const prompt = await client.getPrompt({ name: "everything__args-prompt", arguments: { city: "Oslo" } });
    assert.match(prompt.messages[0].content.text, /Oslo/);
  });
  await check(`${label} closes`, () => client.close());
  await gateway.stop();
}
finish();
