// Runs in the page: a host that shows a view in a sandboxed frame, driven by the official AppBridge.
import { AppBridge, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";

// What a host uses for a view that declares no origins (MCP Apps, "Restrictive Default").
const CSP = [
  ...["default-src 'none'", "script-src 'self' 'unsafe-inline'", "style-src 'self' 'unsafe-inline'"],
  ...["img-src 'self' data:", "media-src 'self' data:", "connect-src 'none'"],
].join("; ");
const GROUND = { light: "#fffdf6", dark: "#1b1b18" };

/** The hosts on the page by the name of their frame. */
const hosts = new Map();

globalThis.openView = async ({ name, html, context, capabilities, handles }) => {
  const frame = document.createElement("iframe");
  frame.name = name;
  frame.title = name;
  frame.sandbox = "allow-scripts";
  frame.srcdoc = html.replace("<head>", `<head><meta http-equiv="Content-Security-Policy" content="${CSP}">`);
  document.body.replaceChildren(frame);
  const bridge = new AppBridge(null, { name: "harness", version: "1.0.0" }, capabilities, {
    hostContext: { ...context },
  });
  const host = { frame, bridge, context, log: [] };
  hosts.set(name, host);
  paint(host);
  bridge.oncalltool = async (params) => {
    host.log.push({ method: "tools/call", ...params });
    const answer = await globalThis.callServer(name, params);
    if (answer.never) return new Promise(() => {});
    if (answer.refused) throw new Error(answer.refused);
    return answer;
  };
  if (handles.includes("message"))
    bridge.onmessage = async (params) => (host.log.push({ method: "ui/message", ...params }), {});
  if (handles.includes("context"))
    bridge.onupdatemodelcontext = async (params) => (
      host.log.push({ method: "ui/update-model-context", ...params }),
      {}
    );
  if (handles.includes("link"))
    bridge.onopenlink = async (params) => (host.log.push({ method: "ui/open-link", ...params }), {});
  bridge.onrequestdisplaymode = async ({ mode }) => {
    host.log.push({ method: "ui/request-display-mode", mode });
    if (!host.context.availableDisplayModes.includes(mode)) return { mode: host.context.displayMode };
    await change(name, { displayMode: mode });
    return { mode };
  };
  bridge.onsizechange = ({ height }) => {
    host.height = height;
    paint(host);
  };
  const initialized = new Promise((resolve) => (bridge.oninitialized = resolve));
  await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
  await initialized;
};

/** What the host page looks like around the frame. A fullscreen frame has the size of the window. */
function paint({ frame, context, height }) {
  const { theme = "light", displayMode } = context;
  document.documentElement.style.colorScheme = theme;
  document.body.style.cssText = `margin:0;background:${GROUND[theme]}`;
  const high = displayMode === "fullscreen" ? "100vh" : `${height ?? 60}px`;
  frame.style.cssText = `display:block;border:0;width:100%;height:${high}`;
}

globalThis.give = async (name, { input, result, cancelled }) => {
  const { bridge } = hosts.get(name);
  if (input) await bridge.sendToolInput({ arguments: input });
  if (cancelled) await bridge.sendToolCancelled({ reason: cancelled });
  if (result) await bridge.sendToolResult(result);
};

async function change(name, changes) {
  const host = hosts.get(name);
  Object.assign(host.context, changes);
  paint(host);
  await host.bridge.setHostContext({ ...host.context });
}
globalThis.change = change;
globalThis.logOf = (name) => hosts.get(name).log;
globalThis.teardown = (name) => hosts.get(name).bridge.teardownResource({});
