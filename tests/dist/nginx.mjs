// Runs nginx with deploy/spin/nginx.conf on loopback ports, with a certificate of its own.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { root } from "../tools/paths.mjs";
import { freePort } from "../tools/ports.mjs";

const START_LIMIT_MS = 10_000;

/** A folder with `ca.pem`, and with `cert.pem` and `key.pem` for localhost. */
function certificates() {
  const folder = mkdtempSync(join(tmpdir(), "nginx-"));
  const openssl = (...args) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test", "-days", "2");
  openssl("req", ...key, "-keyout", "key.pem", "-out", "cert.csr", "-subj", "/CN=localhost");
  writeFileSync(join(folder, "names"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n");
  const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"];
  openssl("x509", "-req", "-in", "cert.csr", "-out", "cert.pem", ...signed);
  return folder;
}

/** Ports for nginx, and the certificates; `start` runs it in front of a port. */
export async function prepareNginx() {
  const [http, https] = [await freePort(), await freePort()];
  const folder = certificates();
  let child;
  return {
    http: `http://localhost:${http}`,
    url: `https://localhost:${https}`,
    rootCertificate: join(folder, "ca.pem"),
    async start(upstream) {
      const site = siteFor(folder, { http, https, upstream });
      writeFileSync(join(folder, "site.conf"), site);
      writeFileSync(join(folder, "nginx.conf"), mainConfiguration(folder));
      child = spawn("nginx", ["-c", join(folder, "nginx.conf"), "-e", "stderr"], { stdio: ["ignore", "inherit", "pipe"] });
      let output = "";
      child.stderr.setEncoding("utf8").on("data", (chunk) => (output += chunk));
      await listening(https, child, () => output);
    },
    async stop() {
      if (child && child.exitCode === null) {
        child.kill("SIGTERM");
        await new Promise((resolve) => child.once("exit", resolve));
      }
      rmSync(folder, { recursive: true });
    },
  };
}

/** The shipped configuration with other addresses. Throws if a line to be replaced is no longer there. */
function siteFor(folder, { http, https, upstream }) {
  let text = readFileSync(join(root, "deploy/spin/nginx.conf"), "utf8");
  for (const [from, to] of [
    ["  listen [::]:80;\n", ""],
    ["  listen [::]:443 ssl http2;\n", ""],
    ["listen 80;", `listen 127.0.0.1:${http};`],
    ["listen 443 ssl http2;", `listen 127.0.0.1:${https} ssl http2;`],
    ["server 127.0.0.1:3000;", `server 127.0.0.1:${upstream};`],
    ["server_name mcp.example.com;", "server_name localhost;"],
    ["/etc/ssl/mcp.example.com/fullchain.pem", join(folder, "cert.pem")],
    ["/etc/ssl/mcp.example.com/privkey.pem", join(folder, "key.pem")],
  ]) {
    if (!text.includes(from)) throw new Error(`deploy/spin/nginx.conf has no ${JSON.stringify(from)}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

function mainConfiguration(folder) {
  // A superuser's nginx would work as another user, who may not enter the folder.
  const user = process.getuid() === 0 ? "user root;\n" : "";
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`);
  return `${user}daemon off;
worker_processes 1;
pid ${folder}/pid;
error_log stderr;
events {}
http {
  access_log off;
  ${temporary.join("\n  ")}
  include ${folder}/site.conf;
}
`;
}

async function listening(port, child, output) {
  const end = Date.now() + START_LIMIT_MS;
  for (;;) {
    if (child.exitCode !== null || Date.now() > end) throw new Error(`nginx did not start:\n${output()}`);
    const open = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
