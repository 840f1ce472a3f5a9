// A relay that takes the gateway's namespaces off. The conformance suite uses fixed names (`test_simple_text`,
// `test://static-text`) and the gateway shows `server__name` and `codefirst://server/uri`; nothing else that goes
// through is touched, headers included.
import { createServer, request } from "node:http";
import { once } from "node:events";

const NAMED = new Set(["tools/call", "prompts/get"]);
const ADDRESSED = new Set(["resources/read", "resources/subscribe", "resources/unsubscribe"]);

/** Listens on a port of its own for the gateway at `target`, for one server's names. */
export async function relay(target, server) {
  const prefixes = { name: `${server}__`, uri: `codefirst://${server}/` };
  const listener = createServer(async (incoming, outgoing) => {
    const body = await incoming.setEncoding("utf8").toArray();
    const { headers, text } = prefixed(prefixes, incoming.headers, body.join(""));
    const onward = request(target, { method: incoming.method, headers, path: incoming.url }, (answer) => {
      const { "content-length": _, ...rest } = answer.headers;
      outgoing.writeHead(answer.statusCode, rest).flushHeaders();
      strip(prefixes, answer, outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    onward.end(text);
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  return { url: `http://localhost:${listener.address().port}/mcp`, close: () => listener.close() };
}

function prefixed({ name, uri }, headers, text) {
  let message;
  try {
    message = JSON.parse(text);
  } catch {
    return { headers, text };
  }
  const { method, params } = message ?? {};
  const has = (value) => typeof value === "string";
  let named;
  if (NAMED.has(method) && has(params?.name)) params.name = (named = name) + params.name;
  else if (ADDRESSED.has(method) && has(params?.uri)) params.uri = (named = uri) + params.uri;
  else if (has(params?.ref?.name)) params.ref.name = name + params.ref.name;
  else if (has(params?.ref?.uri)) params.ref.uri = uri + params.ref.uri;
  else return { headers, text };
  const changed = JSON.stringify(message);
  const header = headers["mcp-name"];
  return {
    headers: {
      ...headers,
      "content-length": Buffer.byteLength(changed),
      ...(named !== undefined && header !== undefined && { "mcp-name": named + header }),
    },
    text: changed,
  };
}

/** Copies line by line, so that a name is never cut in two, and events are passed on as they come. */
function strip({ name, uri }, from, to) {
  let rest = "";
  const plain = (text) => text.replaceAll(`"name":"${name}`, '"name":"').replaceAll(uri, "");
  from.setEncoding("utf8");
  from.on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    for (const line of lines) to.write(plain(`${line}\n`));
  });
  from.on("end", () => to.end(plain(rest)));
  from.on("close", () => to.end());
}
