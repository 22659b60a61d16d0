// An MCP server on the TypeScript SDK for the same tools and the same API, behind bearer authentication, without
// sessions. Its arguments are the file of tools that `make bench` writes, and the API's origin.
//
// It uses the SDK's low-level server, which checks no arguments and no results, so it does less than most servers do.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";

import { NodeStreamableHTTPServerTransport } from "@modelcontextprotocol/node";
import { Server } from "@modelcontextprotocol/server";

import { call } from "./api.mjs";

const [file, origin] = process.argv.slice(2);
const { tools, operations } = JSON.parse(readFileSync(file, "utf8"));
const CHALLENGE = 'Bearer resource_metadata="http://127.0.0.1/.well-known/oauth-protected-resource/mcp"';

const http = createServer(async (request, response) => {
  const key = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (!key) {
    response.writeHead(401, { "WWW-Authenticate": CHALLENGE, "Content-Length": 0 }).end();
    return;
  }
  // A server for each request, as the SDK's documentation has it for servers without sessions.
  const server = new Server({ name: "bench", version: "0.0.0" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", () => ({ tools }));
  server.setRequestHandler("tools/call", ({ params }) =>
    call(origin, operations[params.name], params.arguments ?? {}, key),
  );
  const transport = new NodeStreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
  response.on("close", () => server.close());
  await server.connect(transport);
  await transport.handleRequest(request, response);
});
http.listen(0, "127.0.0.1", () => console.log(`Listening on http://127.0.0.1:${http.address().port}`));
