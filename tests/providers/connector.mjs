// The connector under test: the component in the embedding host, with a provider and a keys API.
import { MCP_PATH, startHost } from "../tools/app.mjs";
import { outputFolder } from "../tools/paths.mjs";

/**
 * Starts a connector with its state in memory.
 * @param {{issuer: string, origin: string}} provider
 * @param {{url: string, origin: string}} keys
 * @param {Record<string, string>} variables further ones, or others.
 * @param {string[]} args further arguments of the host.
 */
export async function startConnector(provider, keys, variables = {}, args = []) {
  const values = {
    public_url: "{url}",
    // The keys API has an origin of its own; this is the variable of the allow-list that is free for it.
    api_base_url: keys.origin,
    sign_in: "portal",
    portal_issuer: provider.issuer,
    portal_origin: provider.origin,
    portal_keys_url: keys.url,
    ...variables,
  };
  const host = await startHost([
    ...["--manifest", "spin.p3.toml", "--in-memory", "--cache-dir", outputFolder("cache")],
    ...Object.entries(values).flatMap(([name, value]) => ["--variable", `${name}=${value}`]),
    ...args,
  ]);
  return {
    ...host,
    mcp: host.url + MCP_PATH,
    /** The events of the log, but for those that say nothing of the sign-in. */
    events: () =>
      [...host.output().matchAll(/\{"time":.*\}$/gm)]
        .map(([line]) => JSON.parse(line))
        .filter(({ event }) => event !== "request" && event !== "started"),
  };
}
