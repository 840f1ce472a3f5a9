// The direct route gives what the server gives: definitions and results through the gateway are compared, whole, with
// those that the same client has straight from a second copy of each server.
import assert from "node:assert/strict";
import { join } from "node:path";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { check } from "./checks.mjs";
import { all, connect } from "./client.mjs";

const REFUSED = true;

/**
 * The calls compared: [server, tool, input]. Writes are made at both, and so must read the same afterwards. Input that
 * does not fit the schema is refused before the server sees it, so that only the refusal is the same.
 */
const calls = (place) => [
  ["everything", "echo", { message: "hello ünïcödé \u{1F600}" }],
  ["everything", "get-sum", { a: 1.5, b: 2 }],
  ["everything", "get-sum", { a: "not a number" }, REFUSED],
  ["everything", "get-tiny-image", {}],
  ["everything", "get-annotated-message", { messageType: "error", includeImage: true }],
  ["everything", "get-resource-links", { count: 4 }],
  ["everything", "get-resource-reference", { resourceType: "Blob", resourceId: 2 }],
  ["filesystem", "read_text_file", { path: join(place.files, "größe.txt") }],
  ["filesystem", "read_text_file", { path: join(place.files, "notes.txt"), head: 1 }],
  ["filesystem", "read_text_file", { path: "/etc/passwd" }],
  ["filesystem", "list_directory", { path: place.files }],
  ["filesystem", "list_allowed_directories", {}],
  ["filesystem", "search_files", { path: place.files, pattern: "*.txt" }],
  ["git", "git_log", { repo_path: place.repository, max_count: 2 }],
  ["git", "git_show", { repo_path: place.repository, revision: "HEAD" }],
  ["git", "git_log", { repo_path: "/nowhere" }],
  ["git", "git_log", {}, REFUSED],
  [
    "memory",
    "create_entities",
    { entities: [{ name: "Ada", entityType: "person", observations: ["wrote programs"] }] },
  ],
  ["memory", "search_nodes", { query: "Ada" }],
  ["time", "convert_time", { source_timezone: "UTC", time: "08:15", target_timezone: "Europe/Oslo" }],
  ["time", "get_current_time", { timezone: "Nowhere/Nowhere" }],
];

/** `alone` says whether the three tools of the code route must be missing. */
export async function checkDirectRoute(label, gateway, place, { alone }) {
  const peer = await check(`${label} connects`, () => connect(gateway.transport()));
  if (!peer) return;
  const straight = {};
  for (const [name, server] of Object.entries(place.servers)) {
    const env = {
      ...process.env,
      ...server.env,
      ...(server.env && { MEMORY_FILE_PATH: `${place.memory}.${label.replace(/\W/g, "")}` }),
    };
    straight[name] = await connect(new StdioClientTransport({ ...server, env, stderr: "ignore" }));
  }

  const listed = await check(`${label} tools are listed in a stable order`, async () => {
    const tools = await all((params) => peer.client.listTools(params), "tools");
    assert.deepEqual(await all((params) => peer.client.listTools(params), "tools"), tools);
    const ours = tools.filter(({ name }) => !name.includes("__")).map(({ name }) => name);
    assert.equal(ours.length, alone ? 0 : 3, ours.join(", "));
    return tools;
  });
  for (const [server, { client }] of Object.entries(straight)) {
    await check(`${label} every tool of ${server} is listed as the server defines it`, async () => {
      const prefix = `${server}__`;
      const given = listed
        .filter(({ name }) => name.startsWith(prefix))
        .map((tool) => ({ ...tool, name: tool.name.slice(prefix.length) }));
      // How a tool is run as a task is left out: the gateway runs none.
      const defined = (await all((params) => client.listTools(params), "tools")).map(
        ({ execution: _, ...tool }) => tool,
      );
      const byName = (tools) => Object.fromEntries(tools.map((tool) => [tool.name, tool]));
      const [missing, extra] = [less(defined, given), less(given, defined)];
      assert.deepEqual({ missing, extra }, { missing: [], extra: [] });
      assert.deepEqual(byName(given), byName(defined));
    });
  }
  for (const [at, [server, tool, input, refused]] of calls(place).entries()) {
    await check(`${label} call ${at + 1}, ${server}/${tool}, answers as the server does`, async () => {
      const call = async ({ client }, name) => {
        const result = await client.callTool({ name, arguments: input });
        return refused ? result.isError : { isError: false, ...result };
      };
      assert.deepEqual(await call(peer, `${server}__${tool}`), await call(straight[server], tool));
    });
  }
  await check(`${label} structured content and its text both arrive`, async () => {
    const result = await peer.client.callTool({
      name: "everything__get-structured-content",
      arguments: { location: "Chicago" },
    });
    assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
  });
  await check(`${label} an unknown tool is an error`, async () => {
    const result = await peer.client.callTool({ name: "everything__nothing", arguments: {} }).catch(() => "refused");
    assert.ok(result === "refused" || result.isError);
  });
  await Promise.all(Object.values(straight).map(({ close }) => close()));
  await check(`${label} closes`, () => peer.close());
}

const less = (tools, others) => {
  const names = new Set(others.map(({ name }) => name));
  return tools.map(({ name }) => name).filter((name) => !names.has(name));
};
