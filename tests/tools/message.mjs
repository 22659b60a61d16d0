// Posts one raw message to the MCP endpoint, without a client in between.

/** Posts a message with the demo key; `query` narrows the URL, `headers` are added to those of every request. */
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
