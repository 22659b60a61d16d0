// The MCP messages of the small server, and the requests that it would send to its API.
import { strictJson } from "./json.mjs";

const MODERN = "2026-07-28";
const META = "io.modelcontextprotocol";
const id = { type: "object", properties: { id: { type: "string" } }, required: ["id"] };
const none = { type: "object", properties: {} };
const TOOLS = [
  { name: "get_thing", inputSchema: id, annotations: { readOnlyHint: true } },
  { name: "get_me", inputSchema: none, annotations: { readOnlyHint: true } },
  { name: "list_things", inputSchema: none, annotations: { readOnlyHint: true } },
  { name: "delete_thing", inputSchema: id, annotations: { readOnlyHint: false } },
  { name: "create_thing", inputSchema: none, annotations: { readOnlyHint: false } },
];

export class Mcp {
  constructor(broken) {
    this.broken = broken;
    /** What was sent to the API: {method, path, head}. */
    this.requests = [];
    this.last = undefined;
  }

  is(defect) {
    return this.broken === defect;
  }

  /** Answers the bytes of a body: {status, body, challenge}. */
  answer(bytes, level, request) {
    let message;
    try {
      message = strictJson(bytes, { twice: this.is("a member may occur twice") });
    } catch (error) {
      if (this.is("deep JSON is a crash") && error.message === "too deep") throw error;
      return failure(400, null, -32700);
    }
    if (Array.isArray(message)) return failure(400, null, -32600);
    if (typeof message?.method !== "string" || !["string", "number"].includes(typeof message.id))
      return failure(400, null, -32600);
    const modern = message.params?._meta?.[`${META}/protocolVersion`] === MODERN;
    const named = message.params?.name ?? message.params?.uri;
    const header = decoded(request.headers["mcp-name"]);
    const mirrored = request.headers["mcp-method"] === message.method && (named === undefined || header === named);
    if (modern && !mirrored) return failure(400, message.id, -32020);
    return this.#dispatch(message, level, request, modern);
  }

  #dispatch({ id: number, method, params = {} }, level, request, modern) {
    const ok = (result) => {
      const own = this.is("answers are mixed up") ? (this.last ?? number) : number;
      this.last = number;
      return {
        status: 200,
        body: { jsonrpc: "2.0", id: own, result: { ...result, ...(modern ? { resultType: "complete" } : {}) } },
      };
    };
    switch (method) {
      case "initialize":
        return ok({
          protocolVersion: "2025-11-25",
          capabilities: { tools: {} },
          serverInfo: { name: "small", version: "1" },
        });
      case "server/discover":
        return ok({ supportedVersions: [MODERN], capabilities: { tools: {} } });
      case "ping":
        return ok({});
      case "tools/list":
        return ok({ tools: TOOLS.filter(({ annotations }) => level === "full" || annotations.readOnlyHint) });
      case "resources/list":
        return ok({ resources: [] });
      case "resources/read":
        if (this.is("files are resources") && params.uri?.startsWith("file:"))
          return ok({ contents: [{ uri: params.uri, text: "root" }] });
        return failure(200, number, -32602);
      case "tools/call":
        return this.#call(number, params, level, request, ok);
      default:
        return failure(modern ? 404 : 200, number, -32601);
    }
  }

  #call(number, { name, arguments: args = {} }, level, request, ok) {
    const tool = TOOLS.find((one) => one.name === name);
    if (!tool) return failure(200, number, -32602);
    if (!tool.annotations.readOnlyHint && level !== "full" && !this.is("a read-only token writes"))
      return { ...failure(403, number, -32600), challenge: true };
    const path = tool.inputSchema.required ? this.#path(args.id) : `/api/ext/${name}`;
    if (path === undefined) return ok({ isError: true, content: [{ type: "text", text: "id is not valid" }] });
    const passed = this.is("headers are passed on")
      ? Object.entries(request.headers).map(([field, value]) => `${field}: ${value}`)
      : [];
    this.requests.push({
      method: tool.annotations.readOnlyHint ? "GET" : "POST",
      path,
      head: ["host: api", ...passed].join("\r\n"),
    });
    return ok({ content: [{ type: "text", text: "done" }] });
  }

  #path(value) {
    if (typeof value !== "string") return undefined;
    if (this.is("arguments are not encoded")) return `/api/ext/things/${value}`;
    const usable = value !== "" && !/^\.{1,2}$/.test(value) && !/[\u0000-\u001f]/.test(value);
    return usable ? `/api/ext/things/${encodeURIComponent(value)}` : undefined;
  }
}

function failure(status, id, code) {
  return { status, body: { jsonrpc: "2.0", id, error: { code, message: "refused" } } };
}

function decoded(header) {
  const text = /^=\?base64\?(.*)\?=$/.exec(header ?? "")?.[1];
  return text === undefined ? header : Buffer.from(text, "base64").toString();
}
