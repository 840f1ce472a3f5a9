// Tools of the conformance server that ask the client before they answer.
import { acceptedContent, fromJsonSchema, inputRequired, inputResponse } from "@modelcontextprotocol/server";
import { ask, complete, object, said, states } from "./parts.mjs";

// Tools that ask once. The SDK makes of the answer `input required` a request of the server where the client speaks a
// revision that has no such answer.
export function questions(server) {
  const elicitation = (name, message, properties, required, answer = "Elicitation completed: ") =>
    server.registerTool(name, { description: "Asks the user" }, async (context) => {
      const given = inputResponse(context.mcpReq.inputResponses, "form");
      if (given.kind !== "elicit")
        return inputRequired({ inputRequests: { form: ask(message, properties, required) } });
      return said(`${answer}action=${given.action}, content=${JSON.stringify(given.content ?? {})}`);
    });
  server.registerTool(
    "test_sampling",
    { description: "Asks the model", inputSchema: object({ prompt: { type: "string" } }) },
    async ({ prompt }, context) => {
      const given = inputResponse(context.mcpReq.inputResponses, "completion");
      if (given.kind !== "sampling") return inputRequired({ inputRequests: { completion: complete(prompt, 100) } });
      return said(`LLM response: ${given.result.content.text}`);
    },
  );
  server.registerTool(
    "test_elicitation",
    { description: "Asks the user", inputSchema: object({ message: { type: "string" } }) },
    async ({ message }, context) => {
      const given = inputResponse(context.mcpReq.inputResponses, "form");
      if (given.kind !== "elicit") {
        return inputRequired({ inputRequests: { form: ask(message, { response: { type: "string" } }) } });
      }
      return said(`User response: action=${given.action}, content=${JSON.stringify(given.content ?? {})}`);
    },
  );
  elicitation("test_streaming_elicitation", "Shall we go on?", { ok: { type: "boolean" } });
  elicitation(
    "test_elicitation_sep1034_defaults",
    "Please review the fields",
    {
      name: { type: "string", description: "User name", default: "John Doe" },
      age: { type: "integer", description: "User age", default: 30 },
      score: { type: "number", description: "User score", default: 95.5 },
      status: {
        type: "string",
        description: "User status",
        enum: ["active", "inactive", "pending"],
        default: "active",
      },
      verified: { type: "boolean", description: "Verification status", default: true },
    },
    [],
  );
  const titled = (prefix, title) => [1, 2, 3].map((n) => ({ const: `${prefix}${n}`, title: `${title} ${n}` }));
  elicitation(
    "test_elicitation_sep1330_enums",
    "Please choose",
    {
      untitledSingle: { type: "string", enum: ["option1", "option2", "option3"] },
      titledSingle: { type: "string", oneOf: titled("value", "Option") },
      legacyEnum: {
        type: "string",
        enum: ["opt1", "opt2", "opt3"],
        enumNames: ["Option One", "Option Two", "Option Three"],
      },
      untitledMulti: { type: "array", items: { type: "string", enum: ["option1", "option2", "option3"] } },
      titledMulti: { type: "array", items: { anyOf: titled("value", "Choice") } },
    },
    [],
  );
  server.registerTool("test_missing_capability", { description: "Needs sampling" }, async (context) => {
    const given = inputResponse(context.mcpReq.inputResponses, "completion");
    if (given.kind !== "sampling") return inputRequired({ inputRequests: { completion: complete("Say yes", 10) } });
    return said("sampled");
  });
}

// Tools of revision 2026-07-28 that are answered in several rounds.
export function rounds(server) {
  const tool = (name, answer) =>
    server.registerTool(`test_input_required_result_${name}`, { description: `Rounds: ${name}` }, (context) =>
      answer(context.mcpReq.inputResponses, context),
    );
  const name = { name: { type: "string" } };
  tool("elicitation", async (given) => {
    const user = acceptedContent(
      given,
      "user_name",
      fromJsonSchema({ type: "object", properties: name, required: ["name"] }),
    );
    if (!user) return inputRequired({ inputRequests: { user_name: ask("What is your name?", name) } });
    return said(`Hello, ${user.name}!`);
  });
  tool("sampling", async (given) => {
    const answer = inputResponse(given, "capital_question");
    if (answer.kind !== "sampling") {
      return inputRequired({ inputRequests: { capital_question: complete("What is the capital of France?", 100) } });
    }
    return said(answer.result.content.text);
  });
  tool("list_roots", async (given) => {
    const answer = inputResponse(given, "client_roots");
    if (answer.kind !== "roots") return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
    return said(answer.roots.map(({ uri }) => uri).join(", "));
  });
  for (const suffix of ["request_state", "tampered_state"]) {
    tool(suffix, async (given, context) => {
      if (!given) {
        return inputRequired({
          inputRequests: { confirm: ask("Please confirm", { ok: { type: "boolean" } }) },
          requestState: await states.mint({ round: 1 }),
        });
      }
      return said(context.mcpReq.requestState()?.round === 1 ? "state-ok" : "state-missing");
    });
  }
  tool("multiple_inputs", async (given) => {
    if (["user_name", "greeting", "client_roots"].some((key) => inputResponse(given, key).kind === "missing")) {
      return inputRequired({
        inputRequests: {
          user_name: ask("What is your name?", name),
          greeting: complete("Generate a greeting", 50),
          client_roots: inputRequired.listRoots(),
        },
        requestState: await states.mint({ round: 1 }),
      });
    }
    return said("all given");
  });
  tool("multi_round", async (given, context) => {
    const round = context.mcpReq.requestState()?.round ?? 0;
    if (round === 0) {
      return inputRequired({
        inputRequests: { step1: ask("Step 1: What is your name?", name) },
        requestState: await states.mint({ round: 1 }),
      });
    }
    if (round === 1) {
      return inputRequired({
        inputRequests: { step2: ask("Step 2: What is your favorite color?", { color: { type: "string" } }) },
        requestState: await states.mint({ round: 2 }),
      });
    }
    return said(JSON.stringify(given));
  });
  tool("capabilities", async (given, context) => {
    if (given) return said("given");
    const can = context.mcpReq.envelope?.["io.modelcontextprotocol/clientCapabilities"] ?? {};
    return inputRequired({
      inputRequests: {
        ...(can.sampling && { completion: complete("Say yes", 10) }),
        ...(can.elicitation && { form: ask("Say yes", { yes: { type: "boolean" } }) }),
      },
    });
  });
}
