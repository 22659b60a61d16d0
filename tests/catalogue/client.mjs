// A real client that has listed the tools, and validates results by their output schemas.
import { clients } from "../interop/clients.mjs";

/** The clients these tests use, by name. */
export const MODERN = "TypeScript SDK 2.x, modern";
export const LEGACY = "TypeScript SDK 2.x, legacy";
export const OLD = "TypeScript SDK 1.x";

/**
 * Connects one of the clients with a key and lists the tools.
 * @returns {Promise<{tools: Map<string, object>, call: (name: string, args: object) => Promise<object>, close: () => Promise<void>}>}
 */
export async function connect(name, app, key = app.key) {
  const client = clients.find((candidate) => candidate.name === name);
  const { tools, call, close } = await client.connect({
    url: app.mcp,
    headers: { Authorization: `Bearer ${key}` },
  });
  return { tools: new Map((await tools()).map((tool) => [tool.name, tool])), call, close };
}
