// The revisions of the protocol, old and new, in raw JSON-RPC over HTTP: what goes over the wire, without a client that
// would smooth it over.
import assert from "node:assert/strict";
import { check, finish } from "./checks.mjs";
import { HttpGateway } from "./gateway.mjs";
import { workspace } from "./workspace.mjs";

const HANDSHAKES = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
const STATELESS = "2026-07-28";
const PREFIX = "io.modelcontextprotocol/";
const CLIENT = { name: "raw", version: "1" };

const gateway = await check("revisions: starts", () => HttpGateway.start(workspace("revisions")));
if (!gateway) finish();

/** Sends one message; gives the status, the headers and the JSON-RPC messages of the answer, whatever form it has. */
async function post(message, headers = {}) {
  const response = await fetch(gateway.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...gateway.headers,
      ...headers,
    },
    body: typeof message === "string" ? message : JSON.stringify(message),
  });
  const body = await response.text();
  const streamed = response.headers.get("content-type")?.startsWith("text/event-stream");
  const parts = streamed
    ? body
        .split("\n")
        .filter((line) => /^data: ?\{/.test(line))
        .map((line) => line.slice(5))
    : [body];
  return { status: response.status, headers: response.headers, messages: parts.flatMap(parsed), body };
}

const parsed = (part) => {
  try {
    return [JSON.parse(part)];
  } catch {
    return [];
  }
};
const request = (method, params = {}, id = 1) => ({ jsonrpc: "2.0", id, method, params });
const initialize = (protocolVersion) =>
  post(request("initialize", { protocolVersion, capabilities: {}, clientInfo: CLIENT }));
const answer = ({ messages, body }) => {
  const found = messages.find(({ id, result, error }) => id !== undefined && (result || error));
  assert.ok(found, body);
  return found;
};

for (const revision of HANDSHAKES) {
  await check(`revision ${revision}: handshake, list, call, end of the session`, async () => {
    const first = await initialize(revision);
    const { result } = answer(first);
    assert.equal(result.protocolVersion, revision);
    assert.equal(result.serverInfo.name, "codefirst");
    assert.ok(result.capabilities.tools);
    const session = first.headers.get("mcp-session-id");
    assert.ok(session, "a session");
    const later = { "mcp-session-id": session, ...(revision >= "2025-06-18" && { "mcp-protocol-version": revision }) };
    const notified = await post({ jsonrpc: "2.0", method: "notifications/initialized" }, later);
    assert.equal(notified.status, 202);
    const { tools } = answer(await post(request("tools/list", {}, 2), later)).result;
    assert.equal(tools.length, 3);
    const call = { name: "execute_code", arguments: { code: "return 6 * 7;" } };
    const called = answer(await post(request("tools/call", call, 3), later)).result;
    assert.match(JSON.stringify(called), /42/);
    const ended = await fetch(gateway.url, { method: "DELETE", headers: { ...gateway.headers, ...later } });
    assert.ok(ended.ok, `${ended.status}`);
    assert.equal((await post(request("tools/list", {}, 4), later)).status, 404);
  });
}
await check("revision 1999-01-01: a handshake is offered a revision that there is", async () => {
  const { result, error } = answer(await initialize("1999-01-01"));
  assert.ok(error || HANDSHAKES.includes(result.protocolVersion), JSON.stringify(result));
});

/** A request of the stateless revision: it says everything itself. */
const stateless = (method, params = {}, { headers = {}, revision = STATELESS, meta = {} } = {}) =>
  post(
    request(method, {
      ...params,
      _meta: {
        [`${PREFIX}protocolVersion`]: revision,
        [`${PREFIX}clientInfo`]: CLIENT,
        [`${PREFIX}clientCapabilities`]: {},
        ...meta,
      },
    }),
    {
      "mcp-protocol-version": revision,
      "mcp-method": method,
      ...(params.name && { "mcp-name": params.name }),
      ...headers,
    },
  );

await check(`revision ${STATELESS}: server/discover`, async () => {
  const reply = await stateless("server/discover");
  const { result } = answer(reply);
  assert.ok(result.supportedVersions.includes(STATELESS), JSON.stringify(result));
  assert.ok(result.capabilities.tools);
  assert.equal(reply.headers.get("mcp-session-id"), null);
});
await check(`revision ${STATELESS}: tools/list without a handshake, with hints for caches`, async () => {
  const { result } = answer(await stateless("tools/list"));
  assert.equal(result.tools.length, 3);
  assert.ok(Number.isInteger(result.ttlMs), `ttlMs ${result.ttlMs}`);
  assert.match(result.cacheScope, /^(public|private)$/);
});
await check(`revision ${STATELESS}: tools/call`, async () => {
  const { result } = answer(
    await stateless("tools/call", { name: "execute_code", arguments: { code: "return 6 * 7;" } }),
  );
  assert.match(JSON.stringify(result), /42/);
});
await check(`revision ${STATELESS}: progress on the request's own stream`, async () => {
  const code = `console.log("said"); await everything.echo({ message: "x" }); return 1;`;
  const { messages } = await stateless(
    "tools/call",
    { name: "execute_code", arguments: { code } },
    { meta: { progressToken: "p" } },
  );
  const told = messages.filter(({ method }) => method === "notifications/progress");
  assert.ok(
    told.some(({ params }) => params.progressToken === "p" && /said/.test(params.message)),
    JSON.stringify(messages),
  );
});
await check(`revision ${STATELESS}: a header that contradicts the body is refused`, async () => {
  const reply = await stateless("tools/list", {}, { headers: { "mcp-protocol-version": "2025-11-25" } });
  assert.equal(reply.status, 400, reply.body);
  const other = await stateless("tools/list", {}, { headers: { "mcp-method": "tools/call" } });
  assert.equal(other.status, 400, other.body);
});
await check("an unknown revision is refused with those that there are", async () => {
  const reply = await stateless("tools/list", {}, { revision: "2999-01-01" });
  assert.equal(reply.status, 400, reply.body);
  assert.ok(answer(reply).error.data.supported.includes(STATELESS));
});

await check("no token, a wrong token: 401", async () => {
  for (const authorization of [undefined, "Bearer wrong-but-long-enough", `Basic ${btoa("a:b")}`]) {
    const response = await fetch(gateway.url, {
      method: "POST",
      headers: { "content-type": "application/json", ...(authorization && { authorization }) },
      body: "{}",
    });
    assert.equal(response.status, 401);
    assert.match(response.headers.get("www-authenticate"), /Bearer/);
  }
});
await check("a foreign origin or host: 403", async () => {
  for (const headers of [{ origin: "https://evil.example" }, { origin: "http://evil.example:1" }]) {
    assert.equal((await post(request("tools/list"), headers)).status, 403);
  }
});
await check("JSON that is none, and a body beyond the limit", async () => {
  assert.equal((await post("{ not json")).status, 400);
  assert.equal((await post(`{"jsonrpc":"2.0","id":1,"method":"${"x".repeat(5 << 20)}"}`)).status, 413);
});
await check("the operations paths", async () => {
  assert.equal((await gateway.get("/healthz", {})).status, 200);
  assert.equal((await gateway.get("/readyz", {})).status, 200);
  for (const path of ["/metrics", "/api/stats", "/"]) assert.equal((await gateway.get(path, {})).status, 401, path);
  assert.match(await (await gateway.get("/metrics")).text(), /^# TYPE codefirst_/m);
  const stats = await (await gateway.get("/api/stats")).json();
  assert.equal(stats.servers.length, 5, JSON.stringify(stats.servers));
});
await check("the gateway ends in time when told, with nothing open", async () => assert.equal(await gateway.stop(), 0));
finish();
