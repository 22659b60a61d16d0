// Behind a tunnel: the public origin is not the one at which the server listens, and every address that a client or a
// person sees is the public one. The connector itself reaches the emulator's sign-in provider through the tunnel.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import net from "node:net";
import { after, before, test } from "node:test";

import { startApp } from "../tools/app.mjs";
import { root } from "../tools/paths.mjs";
import { Person } from "../tools/person.mjs";
import { balance } from "../tools/results.mjs";
import { oauthClients } from "./oauth-clients.mjs";

/** A tunnel on a free port; `leadTo` sets where it leads. */
async function startTunnel() {
  let target;
  const sockets = new Set();
  const server = net.createServer((from) => {
    const to = net.connect(target);
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ]) {
      sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => sockets.delete(socket));
      socket.pipe(other);
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${server.address().port}`,
    leadTo: (url) => (target = { host: "127.0.0.1", port: Number(new URL(url).port) }),
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of sockets) socket.destroy();
      }),
  };
}

let tunnel;
let app;
before(async () => {
  tunnel = await startTunnel();
  app = await startApp({ variables: { public_url: tunnel.url } });
  tunnel.leadTo(app.url);
});
after(async () => {
  await app?.stop();
  await tunnel?.stop();
});

test("a client that knows only the tunnel signs in and calls a tool", async () => {
  assert.notEqual(tunnel.url, app.url);
  const person = new Person(app.signIn);
  const { connect } = oauthClients.find(({ name }) => name === "TypeScript SDK 2.x, modern");
  let sentTo;
  const authorize = async (url) => {
    assert.ok(url.startsWith(`${tunnel.url}/authorize?`), url);
    sentTo = await person.authorize(url);
    return sentTo;
  };
  const connection = await connect({ url: `${tunnel.url}/api/ext/mcp`, authorize });
  assert.equal(new URL(sentTo).searchParams.get("iss"), tunnel.url);
  assert.ok((await balance(connection)) >= 0);
  await connection.close();
});

test("make up takes the origin of a tunnel, and refuses what is none", () => {
  const make = (url, ...args) => spawnSync("make", [...args, `PUBLIC_URL=${url}`], { cwd: root, encoding: "utf8" });
  for (const url of ["https://tunnel.example", "https://tunnel.example/"]) {
    const { stdout } = make(url, "--dry-run", "up");
    assert.match(stdout, /--variable public_url=https:\/\/tunnel\.example\s/);
    assert.match(stdout, /sed 's\|\{url\}\|https:\/\/tunnel\.example\|g; .*' static\/banner\.txt/);
  }
  for (const url of ["tunnel.example", "http://tunnel.example", "https://tunnel.example/api/ext/mcp"]) {
    const { status, stderr } = make(url, "address");
    assert.notEqual(status, 0, url);
    assert.match(stderr, /PUBLIC_URL must be/);
  }
});

test("make up runs in front of another API, and refuses what is no origin", () => {
  const make = (url, ...args) => spawnSync("make", [...args, `UPSTREAM=${url}`], { cwd: root, encoding: "utf8" });
  const { stdout } = make("https://api.example", "--dry-run", "up");
  assert.match(stdout, /--manifest spin\.p3\.toml .*--variable api_base_url=https:\/\/api\.example\s/s);
  assert.match(stdout, /static\/banner-upstream\.txt/);
  for (const url of ["api.example", "http://api.example", "https://api.example/api/ext"]) {
    const { status, stderr } = make(url, "address");
    assert.notEqual(status, 0, url);
    assert.match(stderr, /UPSTREAM must be/);
  }
});
