// What the conformance suite starts as "the client": the gateway, in front of the suite's server, and a client of the
// gateway that does what the scenario wants done — list the tools, and call them. `node client.mjs URL`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { all, connect } from "../client.mjs";
import { PEERS, write } from "../workspace.mjs";

const url = process.argv.at(-1);
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? "{}");
const place = mkdtempSync(join(PEERS, "work", "conformance-client-"));
const config = join(place, "mcp.json");
const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? "";
const oauth = context.client_id && { clientId: context.client_id, clientSecret: context.client_secret };
write(config, { mcpServers: { suite: { type: "http", url, ...(oauth && { oauth }) } } });
// Tokens are kept here, and not where those of whoever runs this are.
process.env.XDG_DATA_HOME = place;
const isUser = scenario.startsWith("auth/") && !scenario.startsWith("auth/client-credentials");

if (isUser) await login();
let { client, tools, close } = await listed();
if (isUser && tools.length === 0) {
  // What a user does who is told that the login is not taken any more.
  await close();
  await login();
  ({ client, tools, close } = await listed());
}
for (const { name, arguments: input } of context.toolCalls ?? tools.map(call)) {
  const called = name.startsWith("suite__") ? name : `suite__${name}`;
  const result = await client.callTool({ name: called, arguments: input }).catch((error) => ({ error: error.message }));
  console.log(called, JSON.stringify(result).slice(0, 300));
}
await close();
process.exit(0);

async function listed() {
  const { client, close } = await connect(
    new StdioClientTransport({
      command: process.env.CODEFIRST,
      args: ["serve", "--config", config, "--mode", "direct"],
      env: process.env,
      stderr: "inherit",
    }),
    { form: { applyDefaults: true } },
  );
  const tools = await all((params) => client.listTools(params), "tools");
  console.log("tools:", tools.map(({ name }) => name).join(", "));
  return { client, tools, close };
}

/** Logs in as a user would: the suite's authorization server agrees at once, and sends the browser back. */
async function login() {
  const child = spawn(process.env.CODEFIRST, ["login", "suite", "--config", config, "--no-browser"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let visited = false;
  const read = (chunk) => {
    process.stdout.write(chunk);
    const [address] = String(chunk).match(/https?:\S+/) ?? [];
    if (!address || visited) return;
    visited = true;
    fetch(address).then(({ status }) => console.log("the browser got", status), console.error);
  };
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  const [code] = await once(child, "exit");
  console.log("login ended with", code);
}

/** A call with input that fits a simple schema; one tool wants to be told how another's schema has come through. */
function call({ name, inputSchema: { properties = {}, required = [] } }) {
  const schema = tools.find((tool) => tool.name === "suite__json_schema_2020_12_tool")?.inputSchema;
  if (name === "suite__json_schema_echo") return { name, arguments: { schema } };
  const value = { integer: 3, number: 3, string: "text", boolean: true, array: [], object: {} };
  return { name, arguments: Object.fromEntries(required.map((key) => [key, value[properties[key]?.type] ?? "text"])) };
}
