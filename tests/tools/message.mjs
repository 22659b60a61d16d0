// One message to the MCP endpoint as it goes over the wire, without a client in between.

/** Posts a message with the demo key; `query` narrows the address, `headers` come on top of what every request has. */
export function post(app, message, { query = "", headers = {} } = {}) {
  return fetch(app.mcp + query, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${app.key}`,
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, ...message }),
  });
}
