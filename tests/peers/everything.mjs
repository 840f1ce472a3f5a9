// What server-everything does to a client, seen through whatever stands between: questions that it asks the client,
// progress, logging, cancellation, subscriptions, resources, prompts and completions.
//
// `node everything.mjs` runs the checks against the server itself, which tells what the server does from what the
// gateway makes of it.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { check, eventually, finish } from "./checks.mjs";
import { ROOT, all, connect, text } from "./client.mjs";
import { workspace } from "./workspace.mjs";

/** `names` says how the server's tools, prompts and resources are called where the client is. */
export async function checkEverything(label, transport, names) {
  const peer = await check(`${label} connects`, () => connect(transport()));
  if (!peer) return;
  const { client, seen } = peer;
  const call = (tool, input = {}, options = {}) =>
    client.callTool({ name: names.tool(tool), arguments: input }, undefined, options);

  await check(`${label} sampling reaches the client, and its answer the server`, async () => {
    const result = await call("trigger-sampling-request", { prompt: "Say it", maxTokens: 7 });
    assert.equal(seen.sampled.length, 1);
    assert.equal(seen.sampled[0].maxTokens, 7);
    assert.match(text(result), /To: .*Say it/s);
  });
  await check(`${label} elicitation reaches the client, and its answer the server`, async () => {
    const result = await call("trigger-elicitation-request");
    assert.equal(seen.elicited.length, 1);
    assert.deepEqual(seen.elicited[0].requestedSchema.required, ["name"]);
    assert.match(text(result), /Name: Ada/);
  });
  await check(`${label} URL elicitation reaches the client`, async () => {
    const asked = { url: "https://example.com/consent", message: "Please consent" };
    await call("trigger-url-elicitation", asked);
    assert.equal(seen.elicited.at(-1).url, asked.url);
  });
  await check(`${label} the client's roots reach the server`, async () => {
    await eventually("the root", async () => text(await call("get-roots-list")).includes(ROOT.uri));
  });
  await check(`${label} progress is reported, in order`, async () => {
    const told = [];
    await call(
      "trigger-long-running-operation",
      { duration: 0.6, steps: 3 },
      { onprogress: (step) => told.push(step) },
    );
    assert.deepEqual(
      told.map(({ progress, total }) => [progress, total]),
      [
        [1, 3],
        [2, 3],
        [3, 3],
      ],
    );
  });
  await check(`${label} cancellation ends a call, and the session goes on`, async () => {
    const controller = new AbortController();
    const cancelled = call("trigger-long-running-operation", { duration: 60, steps: 2 }, { signal: controller.signal });
    setTimeout(() => controller.abort("enough"), 200);
    await assert.rejects(cancelled, /enough/);
    assert.equal(text(await call("echo", { message: "still here" })), "Echo: still here");
  });
  await check(`${label} logging reaches the client at the level that it set`, async () => {
    await client.setLoggingLevel("debug");
    // A server that several clients share can say something to one of them only while that one's call is in flight.
    const controller = new AbortController();
    const inFlight = call("trigger-long-running-operation", { duration: 60, steps: 1 }, { signal: controller.signal });
    const ended = inFlight.catch(() => "ended");
    await call("toggle-simulated-logging");
    const first = await eventually("a message", () => seen.logged.find(({ data }) => /message/i.test(data)));
    assert.ok(first.level);
    await call("toggle-simulated-logging");
    controller.abort();
    await ended;
  });

  const resources = await check(`${label} resources are listed with their metadata`, async () => {
    const listed = await all((params) => client.listResources(params), "resources");
    const ours = listed.filter(({ uri }) => uri.startsWith(names.resource("demo://resource/static/document/")));
    assert.ok(ours.length >= 5, `${ours.length} documents`);
    for (const { name, mimeType } of ours) assert.ok(name && mimeType, "a name and a type");
    return ours;
  });
  await check(`${label} a resource is read`, async () => {
    const { contents } = await client.readResource({ uri: resources[0].uri });
    assert.ok(contents[0].text.length > 100);
    assert.equal(contents[0].uri, resources[0].uri);
  });
  await check(`${label} a template's resource is read, text and binary`, async () => {
    const templates = await all((params) => client.listResourceTemplates(params), "resourceTemplates");
    const dynamic = names.resource("demo://resource/dynamic/");
    assert.ok(
      templates.some(({ uriTemplate }) => uriTemplate.startsWith(dynamic)),
      JSON.stringify(templates),
    );
    const [{ text: words }] = (await client.readResource({ uri: `${dynamic}text/1` })).contents;
    assert.match(words, /Resource 1/);
    const [{ blob }] = (await client.readResource({ uri: `${dynamic}blob/2` })).contents;
    assert.match(Buffer.from(blob, "base64").toString(), /Resource 2/);
  });
  await check(`${label} a resource that is not there is an error`, async () => {
    await assert.rejects(client.readResource({ uri: names.resource("demo://nowhere") }), (error) => error.code < 0);
  });
  await check(`${label} a subscription's updates arrive`, async () => {
    const { uri } = resources[0];
    await client.subscribeResource({ uri });
    await call("toggle-subscriber-updates");
    await eventually("an update", () => seen.updated.includes(uri), 12);
    await client.unsubscribeResource({ uri });
    await call("toggle-subscriber-updates");
  });
  await check(`${label} prompts are listed and got, with arguments and embedded resources`, async () => {
    const listed = await all((params) => client.listPrompts(params), "prompts");
    for (const prompt of ["simple-prompt", "args-prompt", "completable-prompt", "resource-prompt"]) {
      assert.ok(
        listed.some(({ name }) => name === names.prompt(prompt)),
        prompt,
      );
    }
    const city = await client.getPrompt({ name: names.prompt("args-prompt"), arguments: { city: "Oslo" } });
    assert.match(city.messages[0].content.text, /Oslo/);
    const embedded = await client.getPrompt({
      name: names.prompt("resource-prompt"),
      arguments: { resourceType: "Text", resourceId: "3" },
    });
    assert.ok(embedded.messages.some(({ content }) => content.type === "resource"));
  });
  await check(`${label} arguments of prompts are completed`, async () => {
    const ref = { type: "ref/prompt", name: names.prompt("completable-prompt") };
    const { completion } = await client.complete({ ref, argument: { name: "department", value: "E" } });
    assert.deepEqual(completion.values, ["Engineering"]);
  });
  await check(`${label} closes`, () => peer.close());
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { servers } = workspace("everything");
  const same = (name) => name;
  await checkEverything(
    "server-everything itself:",
    () => new StdioClientTransport({ ...servers.everything, stderr: "ignore" }),
    { tool: same, prompt: same, resource: same },
  );
  finish();
}
