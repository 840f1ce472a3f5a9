// The gateway under test, over either transport. `CODEFIRST` is the binary.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { eventually } from "./checks.mjs";
import { TOKEN } from "./workspace.mjs";

const BINARY = process.env.CODEFIRST;
const running = new Set();

/** A gateway of its own for each client, spoken to over standard input and output. */
export class StdioGateway {
  static kind = "stdio";
  kind = StdioGateway.kind;

  constructor(place, ...flags) {
    this.server = { command: BINARY, args: serve(place, flags) };
    this.log = log(place);
  }

  static async start(place, ...flags) {
    return new StdioGateway(place, ...flags);
  }

  transport() {
    const transport = new StdioClientTransport({ ...this.server, env: process.env, stderr: "pipe" });
    transport.stderr.pipe(this.log, { end: false });
    return transport;
  }

  async stop() {
    return 0;
  }
}

/** One gateway for all clients, spoken to over streamable HTTP with a bearer token. */
export class HttpGateway {
  static kind = "http";
  kind = HttpGateway.kind;
  name = "http";

  constructor(port, child) {
    this.child = child;
    this.origin = `http://127.0.0.1:${port}`;
    this.url = new URL("/mcp", this.origin);
    this.headers = { authorization: `Bearer ${TOKEN}` };
  }

  static async start(place, ...flags) {
    const port = await freePort();
    const child = spawn(BINARY, serve(place, ["--http", `127.0.0.1:${port}`, ...flags]), {
      stdio: ["ignore", "ignore", "pipe"],
    });
    running.add(child);
    child.once("exit", () => running.delete(child));
    child.stderr.pipe(log(place));
    const gateway = new HttpGateway(port, child);
    await eventually(
      "readiness",
      async () => {
        if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}; see ${place.root}`);
        return fetch(`${gateway.origin}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        );
      },
      20,
    );
    return gateway;
  }

  transport() {
    return new StreamableHTTPClientTransport(this.url, { requestInit: { headers: this.headers } });
  }

  /** Asks one of the operations paths, with the token. */
  async get(path, headers = this.headers) {
    return fetch(new URL(path, this.origin), { headers });
  }

  /** Ends it as a service manager does; gives its exit code. */
  async stop() {
    if (this.child.exitCode !== null) return this.child.exitCode;
    this.child.kill("SIGTERM");
    const [code] = await once(this.child, "exit");
    return code;
  }
}

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

function serve(place, flags) {
  return ["serve", "--config", place.config, "--settings", place.settings, ...flags];
}

function log(place) {
  return createWriteStream(join(place.root, "gateway.log"), { flags: "a" });
}

process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
