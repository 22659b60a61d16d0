// Starts the connector alone in one of its sign-in modes, in front of the emulator, with a relay between them that keeps
// what reaches the API.
import { join } from "node:path";

import { emulator } from "../catalogue/emulator.mjs";
import { DEMO_KEY, startUpstream } from "../homes/homes.mjs";
import { MCP_PATH } from "../tools/app.mjs";
import { SECOND_KEY } from "../tools/demo-keys.mjs";
import { outputFolder, root, target } from "../tools/paths.mjs";
import { freePort } from "../tools/ports.mjs";
import { startProgram } from "../tools/program.mjs";

/** The emulator's demo person. */
const SIGN_IN = { email: "demo@tokportal.example", password: "demo-password" };

/**
 * @param {"portal" | "api-key"} mode
 * @returns {Promise<{facts: object, stop: () => Promise<void>}>} `facts` are those of `Server.discover`.
 */
export async function startConnector(mode) {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const upstream = await startUpstream(url);
  try {
    return await inFrontOf(upstream, { mode, port, url });
  } catch (error) {
    await upstream.stop();
    throw error;
  }
}

async function inFrontOf(upstream, { mode, port, url }) {
  const portal = {
    portal_issuer: `${upstream.url}/portal`,
    portal_keys_url: `${upstream.url}/portal/api/keys`,
    portal_origin: upstream.url,
  };
  const variables = {
    public_url: url,
    api_base_url: upstream.url,
    sign_in: mode,
    ...(mode === "portal" ? portal : {}),
  };
  const args = Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]);
  const program = [
    ...["--manifest", "spin.p3.toml", "--in-memory", "--listen", `127.0.0.1:${port}`],
    ...["--cache-dir", outputFolder("cache"), ...args],
  ];
  await emulator(upstream).liftRateLimit();
  const host = await startProgram(join(target, "debug", "tokportal-embed"), program, {
    cwd: root,
    listening: /^Listening on /m,
  });
  return {
    facts: {
      url: url + MCP_PATH,
      key: DEMO_KEY,
      secondKey: SECOND_KEY,
      signIn: mode === "portal" ? SIGN_IN : undefined,
      witness: { requests: upstream.sent },
      log: host.output,
    },
    async stop() {
      await host.stop();
      await upstream.stop();
    },
  };
}
