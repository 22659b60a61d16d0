// What leaves the connector, byte for byte: the token request, the mint and every tool, by both versions of `wasi:http`.
// A body without Content-Length is sent in chunks, and servers under WSGI then see an empty body.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { connect as signIn } from "../homes/client.mjs";
import { homes, startHome } from "../homes/homes.mjs";
import { MCP_PATH, startHost } from "../tools/app.mjs";
import { post } from "../tools/message.mjs";
import { root } from "../tools/paths.mjs";
import { startProgram } from "../tools/program.mjs";
import { checkLength, shown } from "../tools/wire.mjs";
import { success } from "./checks.mjs";
import { MODERN, connect } from "./client.mjs";
import { operationOf, operations } from "./document.mjs";
import { emulator } from "./emulator.mjs";
import { scenarios, start } from "./scenarios.mjs";

// The emulator works at certain hours, as in every-tool.test.mjs.
const START = new Date(new Date().setUTCHours(24 + 9, 0, 0, 0));
const day = (days) => new Date(START.getTime() + days * 86_400_000).toISOString().slice(0, 10);
const LEGACY = { "MCP-Protocol-Version": "2025-11-25" };
const UNKNOWN = "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b";
const KEY = `sk_${"0123456789abcdef".repeat(4)}`;

for (const home of [homes[0], homes[1]]) {
  describe(home.name, { concurrency: false }, () => {
    let running;
    before(async () => (running = await startHome(home)));
    after(() => running?.stop());

    test("token request and mint state their length", async () => {
      await signIn(running, "read");
      for (const path of ["/portal/oauth/token", "/portal/api/keys"]) {
        const request = running.sent().find((sent) => sent.method === "POST" && sent.path === path);
        assert.ok(request, `no POST ${path}`);
        assert.ok(request.body.length > 0, `POST ${path} has a body`);
        checkLength(request);
        console.log(shown(request));
      }
    });

    test("every tool states the length of its body", async () => {
      const controls = emulator({ url: running.upstream });
      await controls.startFirstDay(START, 2500);
      const client = await connect(MODERN, running);
      const known = {};
      const bodies = new Map();
      for (const { tool, args = () => ({}), finds = {}, hours } of [...start, ...scenarios(day)]) {
        const name = `tokportal_${tool}`;
        if (hours) await controls.set("/clock", { advance_seconds: hours * 3600 });
        const count = running.sent().length;
        const { body } = success(client.tools.get(name), await client.call(name, args(known)));
        for (const [found, path] of Object.entries(finds)) {
          known[found] = path.split(".").reduce((inside, member) => inside?.[member], body);
        }
        const [request] = running.sent().slice(count).filter(({ path }) => path.startsWith("/api/ext/"));
        assert.ok(request, `${name} sent nothing`);
        assert.equal(request.method, operationOf(name).method, name);
        checkLength(request);
        bodies.set(name, request.body.length);
        if (tool === "create_bundle") console.log(shown(request));
      }
      await client.close();
      assert.deepEqual([...bodies.keys()].sort(), operations.map(({ tool }) => tool).sort());
      const sizes = [...bodies.values()].filter((size) => size > 0);
      assert.ok(sizes.length > 30, `${sizes.length} tools with a body`);
      console.log(`${bodies.size} tools, ${sizes.length} of them with a body, of ${Math.max(...sizes)} bytes at most`);
      assert.ok(running.sent().every(({ headers }) => !("transfer-encoding" in headers)));
    });

    test("a server under WSGI sees the bodies of tools", async () => {
      const api = await startProgram("python3", ["-u", "tests/catalogue/wsgi_api.py"], {
        cwd: root,
        listening: /^Listening on (\S+)$/m,
      });
      const app = await startHost([
        ...["--manifest", home.note.replaceAll("`", ""), "--in-memory"],
        ...["--variable", "public_url={url}", "--variable", `api_base_url=${api.match[1]}`],
      ]);
      try {
        const call = (name, args) => {
          const message = { method: "tools/call", params: { name: `tokportal_${name}`, arguments: args } };
          return post({ mcp: app.url + MCP_PATH, key: KEY }, message, { headers: LEGACY });
        };
        await call("update_bundle", { id: UNKNOWN, title: "T" });
        await call("update_current_user_settings", { niche: "food" });
        assert.deepEqual(api.output().trim().split("\n").slice(1).map(JSON.parse), [
          ["PATCH", `/api/ext/bundles/${UNKNOWN}`, '{"title":"T"}'],
          ["PATCH", "/api/ext/me", '{"niche":"food"}'],
        ]);
      } finally {
        await app.stop();
        await api.stop();
      }
    });
  });
}
