// One call of the API. Node keeps its connections open.

/** Sends a request with the arguments in path, query, headers and body, and returns the tool's result. */
export async function call(origin, { method, path, query, headers }, given, key) {
  const left = { ...given };
  const take = (name) => {
    const value = left[name];
    delete left[name];
    return value;
  };
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(take(name)));
  const url = new URL(`${origin}/api/ext${filled}`);
  for (const name of query) if (name in left) url.searchParams.set(name, take(name));
  const sent = { "X-API-Key": key };
  for (const [name, header] of Object.entries(headers)) if (name in left) sent[header] = `${take(name)}`;
  const body = method === "GET" ? undefined : JSON.stringify(left);
  if (body) sent["Content-Type"] = "application/json";
  const response = await fetch(url, { method, headers: sent, body });
  const text = await response.text();
  return { content: [{ type: "text", text }], structuredContent: JSON.parse(text), isError: !response.ok };
}
