// Tools of the conformance server that answer at once: every kind of content, logging, progress.
import { fromJsonSchema } from "@modelcontextprotocol/server";
import { WAV, image, object, pause, said } from "./parts.mjs";

const SCHEMA_2020_12 = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  $defs: {
    address: {
      $anchor: "addressDef",
      type: "object",
      properties: { street: { type: "string" }, city: { type: "string" } },
    },
  },
  properties: {
    name: { type: "string" },
    address: { $ref: "#/$defs/address" },
    contactMethod: { type: "string", enum: ["phone", "email"] },
    phone: { type: "string" },
    email: { type: "string" },
  },
  allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
  if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
  then: { required: ["phone"] },
  else: { required: ["email"] },
  additionalProperties: false,
};

export function contents(server) {
  const tool = (name, description, result) => server.registerTool(name, { description }, async () => result());
  tool("test_simple_text", "Answers with text", () => said("This is a simple text response for testing."));
  tool("test_image_content", "Answers with an image", () => ({ content: [image] }));
  tool("test_audio_content", "Answers with audio", () => ({
    content: [{ type: "audio", data: WAV, mimeType: "audio/wav" }],
  }));
  tool("test_embedded_resource", "Answers with an embedded resource", () => ({
    content: [
      {
        type: "resource",
        resource: {
          uri: "test://embedded-resource",
          mimeType: "text/plain",
          text: "This is an embedded resource content.",
        },
      },
    ],
  }));
  tool("test_multiple_content_types", "Answers with text, an image and a resource", () => ({
    content: [
      { type: "text", text: "Multiple content types test:" },
      image,
      {
        type: "resource",
        resource: {
          uri: "test://mixed-content-resource",
          mimeType: "application/json",
          text: JSON.stringify({ test: "data", value: 123 }),
        },
      },
    ],
  }));
  tool("test_error_handling", "Fails", () => {
    throw new Error("This tool intentionally returns an error for testing");
  });
  server.registerTool(
    "json_schema_2020_12_tool",
    { description: "Tool with JSON Schema 2020-12 features", inputSchema: fromJsonSchema(SCHEMA_2020_12) },
    async () => said("valid"),
  );
  server.registerTool(
    "test_custom_header_parameter",
    {
      description: "Takes a parameter that is mirrored into a header",
      inputSchema: object({ region: { type: "string", "x-mcp-header": "Region" } }),
    },
    async ({ region }) => said(region),
  );
}

export function notifications(server) {
  const log = (context, level, data) => context.mcpReq.log(level, data);
  server.registerTool("test_tool_with_logging", { description: "Logs three times" }, async (context) => {
    await log(context, "info", "Tool execution started");
    await pause(50);
    await log(context, "info", "Tool processing data");
    await pause(50);
    await log(context, "info", "Tool execution completed");
    return said("Tool with logging executed successfully");
  });
  server.registerTool("test_logging_tool", { description: "Logs once" }, async (context) => {
    await log(context, "info", "Said while running");
    return said("logged");
  });
  server.registerTool("test_tool_with_progress", { description: "Reports progress" }, async (context) => {
    const progressToken = context.mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined) {
        await context.mcpReq.notify({
          method: "notifications/progress",
          params: { progressToken, progress, total: 100, message: `Completed step ${progress} of 100` },
        });
      }
      // After the last as well: the SDK's client drops progress that comes together with the result.
      await pause(50);
    }
    return said("done");
  });
  server.registerTool("test_reconnection", { description: "Closes the stream, then answers" }, async (context) => {
    context.http?.closeSSE?.();
    await pause(100);
    return said("Reconnection test completed successfully");
  });
  server.registerTool("test_trigger_tool_change", { description: "Changes the tools" }, async () => {
    server.sendToolListChanged();
    return said("changed");
  });
  server.registerTool("test_trigger_prompt_change", { description: "Changes the prompts" }, async () => {
    server.sendPromptListChanged();
    return said("changed");
  });
}
