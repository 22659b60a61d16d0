// Messages with the host: JSON-RPC 2.0 over postMessage (MCP Apps 2026-01-26).
"use strict";

// The connector gives itself 55 seconds for a call.
const READ_LIMIT_MS = 75_000;
const SHORT_LIMIT_MS = 10_000;
const waiting = new Map();
const host = { context: {}, capabilities: {}, input: {}, on: {} };
let lastId = 0;

const post = (message) => window.parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
const notify = (method, params = {}) => post({ method, params });

// Sends a request. Without a limit it waits for as long as the host needs, for it may ask the person.
function request(method, params, limit) {
  const id = (lastId += 1);
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    post({ id, method, params });
    if (limit) setTimeout(() => waiting.delete(id) && reject(new Error("timeout")), limit);
  });
}

// Calls a tool. Never rejects: the answer is {value, meta} or {error: {message, hint, request_id, retryable, …}}.
async function callTool(name, args, limit) {
  try {
    return readResult(await request("tools/call", { name, arguments: args }, limit));
  } catch ({ message }) {
    const isLate = message === "timeout";
    const text = isLate ? say("no_answer") : say("host_refused", { reason: plain(message, 200) });
    return { error: { code: isLate ? "NO_ANSWER" : "HOST", message: text, retryable: true, local: true } };
  }
}

const read = (name, args) => callTool(name, args, READ_LIMIT_MS);

// What a CallToolResult says.
function readResult(result) {
  let value = result?.structuredContent;
  try {
    value ??= JSON.parse(result.content.find(({ type }) => type === "text").text);
  } catch {}
  if (value && typeof value === "object" && !result.isError && !value.error) return { value, meta: result._meta };
  const error = value?.error ?? { message: result?.content?.[0]?.text ?? say("unreadable"), retryable: false };
  return { error, meta: result?._meta };
}

// Tells the model what happened, without a turn of its own; by a message where the host takes nothing else.
async function tellModel(text) {
  const content = [{ type: "text", text }];
  const only = host.capabilities.message && !host.capabilities.updateModelContext;
  if (
    !only &&
    (await request("ui/update-model-context", { content }, SHORT_LIMIT_MS).then(
      () => true,
      () => false,
    ))
  )
    return;
  await request("ui/message", { role: "user", content }).catch(() => {});
}

// Sends a message in the person's name. Without support, says what the person can type.
async function ask(text) {
  try {
    const answer = await request("ui/message", { role: "user", content: [{ type: "text", text }] });
    if (answer?.isError) throw new Error();
    announce(say("asked"));
  } catch {
    announce(say("ask", { text }), true);
  }
}

// Opens an https address outside the view.
async function openLink(url) {
  try {
    const answer = await request("ui/open-link", { url });
    if (answer?.isError) throw new Error();
  } catch {
    announce(say("open_link", { url: plain(url, 300) }), true);
  }
}

const isLink = (url) => typeof url === "string" && /^https:\/\/[^\s]+$/.test(url);

const notifications = {
  "ui/notifications/tool-input": ({ arguments: args }) => (host.input = args ?? {}),
  "ui/notifications/tool-result": (result) => host.on.result?.(readResult(result)),
  "ui/notifications/tool-cancelled": () => host.on.cancelled?.(),
  "ui/notifications/host-context-changed": (changes) => host.on.context?.(changes ?? {}),
};

window.addEventListener("message", ({ source, data }) => {
  if (source !== window.parent || data?.jsonrpc !== "2.0") return;
  const { id, method, params, result, error } = data;
  if (method === undefined) {
    const { resolve, reject } = waiting.get(id) ?? {};
    if (!waiting.delete(id)) return;
    if (error) reject(new Error(error.message ?? ""));
    else resolve(result);
  } else if (id === undefined) {
    if (Object.hasOwn(notifications, method)) notifications[method](params ?? {});
  } else if (method === "ping" || method === "ui/resource-teardown") {
    post({ id, result: {} });
  } else {
    post({ id, error: { code: -32601, message: "Method not found" } });
  }
});

async function connect(name) {
  const answer = await request("ui/initialize", {
    protocolVersion: "2026-01-26",
    appInfo: { name: `tokportal-${name}`, version: "1.0.0" },
    appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
  });
  host.capabilities = answer?.hostCapabilities ?? {};
  host.on.context?.(answer?.hostContext ?? {});
  notify("ui/notifications/initialized");
}
