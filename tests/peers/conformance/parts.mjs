// What the parts of the conformance server say and ask with.
import { createRequestStateCodec, fromJsonSchema, inputRequired } from "@modelcontextprotocol/server";

export const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
export const WAV = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";

export const image = { type: "image", data: PNG, mimeType: "image/png" };
export const said = (text) => ({ content: [{ type: "text", text }] });
export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
export const object = (properties = {}, required = Object.keys(properties)) =>
  fromJsonSchema({ type: "object", properties, ...(required.length > 0 && { required }) });
export const ask = (message, properties, required = Object.keys(properties)) =>
  inputRequired.elicit({
    message,
    requestedSchema: { type: "object", properties, ...(required.length > 0 && { required }) },
  });
export const complete = (text, maxTokens) =>
  inputRequired.createMessage({ messages: [{ role: "user", content: { type: "text", text } }], maxTokens });

// One key for the whole process: a state that one request was given comes back with another.
export const states = createRequestStateCodec({ key: crypto.getRandomValues(new Uint8Array(32)) });
