// The MCP Inspector's command line against the gateway: both transports, the handshake and the stateless revision.
// `--strict` judges how portable the tools' schemas are.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { check, finish } from "./checks.mjs";
import { HttpGateway, StdioGateway } from "./gateway.mjs";
import { PEERS, workspace, write } from "./workspace.mjs";

const INSPECTOR = join(
  PEERS,
  "node_modules",
  "@modelcontextprotocol",
  "inspector",
  "clients",
  "launcher",
  "build",
  "index.js",
);

for (const Gateway of [StdioGateway, HttpGateway]) {
  const place = workspace(`inspector-${Gateway.kind}`);
  // The gateway is started anew for every command.
  write(place.config, { mcpServers: { everything: place.servers.everything } });
  const gateway = await check(`inspector: ${Gateway.kind} starts`, () => Gateway.start(place, "--mode", "code"));
  if (!gateway) continue;
  const entry = gateway.server ?? { type: "streamable-http", url: gateway.url.href, headers: gateway.headers };
  const config = join(place.root, "inspector.json");
  write(config, { mcpServers: { gateway: entry } });
  for (const era of ["legacy", "modern"]) {
    const label = `inspector ${gateway.kind} ${era}:`;
    const inspect = (method, ...rest) =>
      cli(place, [
        "--config",
        config,
        "--server",
        "gateway",
        "--protocol-era",
        era,
        "--method",
        method,
        "--format",
        "json",
        "--quiet",
        ...rest,
      ]);
    const call = (tool, input) => inspect("tools/call", "--tool-name", tool, "--tool-args-json", JSON.stringify(input));

    await check(`${label} tools/list, with portable schemas`, async () => {
      const { code, out, error } = await inspect("tools/list", "--strict");
      assert.equal(code, 0, error);
      const { tools } = JSON.parse(out).result;
      assert.deepEqual(tools.map(({ name }) => name).sort(), ["describe_tools", "execute_code", "search_tools"]);
    });
    await check(`${label} tools/call runs a program`, async () => {
      const { code, out, error } = await call("execute_code", {
        code: "return await everything.get_sum({ a: 40, b: 2 });",
      });
      assert.equal(code, 0, error);
      assert.match(out, /42/);
    });
    await check(`${label} tools/call of a failing program is an error of the tool`, async () => {
      const { code, error } = await call("execute_code", { code: "throw new Error('on purpose')" });
      assert.equal(code, 5, error);
    });
    await check(`${label} prompts/get and resources/read`, async () => {
      const prompt = await inspect(
        "prompts/get",
        "--prompt-name",
        "everything__args-prompt",
        "--prompt-args",
        "city=Oslo",
      );
      assert.match(prompt.out, /Oslo/, prompt.error);
      const resource = await inspect(
        "resources/read",
        "--uri",
        "codefirst://everything/demo://resource/static/document/features.md",
      );
      assert.match(resource.out, /Everything Server/, resource.error);
    });
  }
  await gateway.stop();
}
finish();

function cli(place, flags) {
  // A home of its own: the inspector keeps state there.
  const options = { env: { ...process.env, HOME: place.root }, maxBuffer: 1 << 24, timeout: 20_000 };
  return new Promise((resolve) => {
    execFile(process.execPath, [INSPECTOR, "--cli", ...flags], options, (failure, out, error) =>
      resolve({ code: failure ? (failure.code ?? failure.signal) : 0, out, error }),
    );
  });
}
