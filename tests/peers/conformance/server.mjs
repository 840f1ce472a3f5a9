// The server of which the conformance suite asks for fixed tools, resources and prompts, written with the official
// TypeScript SDK.
//
//     node server.mjs             over stdio, as an upstream of the gateway, speaking every revision
//     node server.mjs stateless   the same, refusing the handshake
//     node server.mjs PORT        over HTTP, by itself, to tell a failure of the gateway from one of its own
import { createServer } from "node:http";
import { McpServer, createMcpHandler } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { states } from "./parts.mjs";
import { questions, rounds } from "./questions.mjs";
import { prompts, resources } from "./resources.mjs";
import { contents, notifications } from "./tools.mjs";

function build() {
  const server = new McpServer(
    { name: "conformance", version: "1.0.0" },
    {
      capabilities: {
        completions: {},
        logging: {},
        prompts: { listChanged: true },
        resources: { listChanged: true, subscribe: true },
        tools: { listChanged: true },
      },
      requestState: { verify: states.verify },
    },
  );
  contents(server);
  notifications(server);
  questions(server);
  rounds(server);
  resources(server);
  prompts(server);
  return server;
}

const [how] = process.argv.slice(2);
if (how === undefined || how === "stateless") {
  serveStdio(build, { legacy: how === "stateless" ? "reject" : "serve" });
} else {
  const handler = createMcpHandler(build);
  createServer(async (incoming, outgoing) => {
    const body = incoming.method === "POST" ? await new Response(incoming).arrayBuffer() : undefined;
    const response = await handler.fetch(
      new Request(`http://${incoming.headers.host}${incoming.url}`, {
        method: incoming.method,
        headers: incoming.headers,
        body,
      }),
    );
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    for await (const chunk of response.body ?? []) outgoing.write(chunk);
    outgoing.end();
  }).listen(Number(how), "127.0.0.1");
}
