// Resources and prompts of the conformance server.
import { ResourceTemplate, acceptedContent, completable, inputRequired } from "@modelcontextprotocol/server";
import { z } from "zod";
import { PNG, ask, image, object } from "./parts.mjs";

export function resources(server) {
  const content = (name, uri, mimeType, part) =>
    server.registerResource(name, uri, { description: `The resource ${name}`, mimeType }, async () => ({
      contents: [{ uri, mimeType, ...part }],
    }));
  content("static-text", "test://static-text", "text/plain", {
    text: "This is the content of the static text resource.",
  });
  content("static-binary", "test://static-binary", "image/png", { blob: PNG });
  content("watched-resource", "test://watched-resource", "text/plain", { text: "Watched resource content" });
  server.registerResource(
    "template",
    new ResourceTemplate("test://template/{id}/data", { list: undefined }),
    { description: "A resource with a parameter", mimeType: "application/json" },
    async (uri, { id }) => ({
      contents: [
        {
          uri: uri.href,
          mimeType: "application/json",
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
        },
      ],
    }),
  );
  const watched = new Set();
  server.server.setRequestHandler("resources/subscribe", async ({ params }) => (watched.add(params.uri), {}));
  server.server.setRequestHandler("resources/unsubscribe", async ({ params }) => (watched.delete(params.uri), {}));
}

export function prompts(server) {
  const user = (content) => ({ role: "user", content });
  const text = (words) => user({ type: "text", text: words });
  server.registerPrompt("test_simple_prompt", { description: "Says a sentence" }, async () => ({
    messages: [text("This is a simple prompt for testing.")],
  }));
  const places = completable(z.string(), (begun) =>
    ["paris", "park", "party"].filter((word) => word.startsWith(begun)),
  );
  server.registerPrompt(
    "test_prompt_with_arguments",
    { description: "Says its arguments", argsSchema: z.object({ arg1: places, arg2: z.string() }) },
    async ({ arg1, arg2 }) => ({ messages: [text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)] }),
  );
  server.registerPrompt(
    "test_prompt_with_embedded_resource",
    { description: "Embeds a resource", argsSchema: object({ resourceUri: { type: "string" } }) },
    async ({ resourceUri: uri }) => ({
      messages: [
        user({
          type: "resource",
          resource: { uri, mimeType: "text/plain", text: "Embedded resource content for testing." },
        }),
        text("Please process the embedded resource above."),
      ],
    }),
  );
  server.registerPrompt("test_prompt_with_image", { description: "Shows an image" }, async () => ({
    messages: [user(image), text("Please analyze the image above.")],
  }));
  server.registerPrompt("test_input_required_result_prompt", { description: "Asks first" }, async (context) => {
    const given = acceptedContent(context.mcpReq.inputResponses, "user_context");
    if (!given) {
      return inputRequired({
        inputRequests: { user_context: ask("What context should the prompt use?", { context: { type: "string" } }) },
      });
    }
    return { messages: [text(`In the context of ${given.context}`)] };
  });
}
