// The official TypeScript SDK's client, able to do everything that a server may ask of one, and keeping what it was
// told.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";

export const ROOT = { uri: "file:///a/root/of/the/client", name: "root" };

/** A connected client. `seen` has what servers sent and asked, by kind, in order. */
export async function connect(transport, elicitation = { form: {}, url: {} }) {
  const client = new Client(
    { name: "peers", version: "1.0.0" },
    { capabilities: { elicitation, roots: { listChanged: true }, sampling: {} } },
  );
  const seen = { asked: [], elicited: [], logged: [], sampled: [], toolsChanged: 0, updated: [] };
  client.setRequestHandler(ListRootsRequestSchema, async ({ params }) => {
    seen.asked.push(params);
    return { roots: [ROOT] };
  });
  client.setRequestHandler(CreateMessageRequestSchema, async ({ params }) => {
    seen.sampled.push(params);
    const { text } = params.messages.at(-1).content;
    return {
      role: "assistant",
      model: "a-model",
      stopReason: "endTurn",
      content: { type: "text", text: `To: ${text}` },
    };
  });
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
    seen.elicited.push(params);
    return params.mode === "url" ? { action: "accept" } : { action: "accept", content: { name: "Ada", check: true } };
  });
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void seen.logged.push(params));
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void seen.updated.push(params.uri));
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => void (seen.toolsChanged += 1));
  await client.connect(transport);
  return { client, seen, close: () => client.close() };
}

/** Every page of a list. */
export async function all(method, key) {
  const items = [];
  let cursor;
  do {
    const page = await method(cursor === undefined ? {} : { cursor });
    items.push(...page[key]);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
}

/** The text of a result, whole. */
export const text = ({ content }) =>
  content
    .filter(({ type }) => type === "text")
    .map(({ text }) => text)
    .join("\n");
