// What can happen to a call on its way to the upstream: the API and the portal.

/** More than any limit of the connector. */
const HUGE = 50 * 1024 * 1024;
const CHUNK = Buffer.alloc(64 * 1024, "a");
const MALFORMED = '{"data": [\u0000<!-- not JSON';

/**
 * One call, as a fault sees it.
 * @typedef {{
 *   socket: import("node:net").Socket, response: import("node:http").ServerResponse,
 *   forward: () => Promise<{status: number, headers: object, body: Buffer}>,
 *   die: () => void, elsewhere: string,
 * }} Call
 * `forward` lets the upstream do what was asked. `die` ends the server, so that later connections are refused, until the
 * fault is over. `elsewhere` is another server, which must get no request.
 */

/**
 * A fault. `outage` says that it may pass: no whole answer came, or one that says to try again. Otherwise an answer came
 * that is wrong; `damaged` says that it may have been cut on the way. `done` says that the upstream did what was asked
 * before the fault. `waits` says that only the caller's time limit ends it.
 * @type {Record<string, {outage: boolean, damaged?: boolean, done: boolean, waits?: boolean, act: (call: Call) => unknown}>}
 */
export const FAULTS = {
  "no answer": { outage: true, done: false, waits: true, act: () => {} },
  "answer too late": { outage: true, done: true, waits: true, act: ({ forward }) => forward() },
  "answer stalls": {
    outage: true,
    done: true,
    waits: true,
    act: async ({ forward, response }) => writeHalf(response, await forward()),
  },
  "connection reset": { outage: true, done: false, act: ({ socket }) => socket.resetAndDestroy() },
  "server dead": {
    outage: true,
    done: false,
    act: ({ socket, die }) => {
      die();
      socket.resetAndDestroy();
    },
  },
  "answer lost": {
    outage: true,
    done: true,
    act: async ({ forward, socket }) => {
      await forward();
      socket.resetAndDestroy();
    },
  },
  "reset in mid-body": {
    outage: true,
    done: true,
    act: async ({ forward, response, socket }) => writeHalf(response, await forward(), () => socket.resetAndDestroy()),
  },
  "end in mid-body": {
    outage: true,
    done: true,
    act: async ({ forward, response, socket }) => writeHalf(response, await forward(), () => socket.end()),
  },
  "not HTTP": { outage: true, done: false, act: ({ socket }) => socket.end("SSH-2.0-OpenSSH_9.2\r\n") },
  "status 500": refusal(500, "INTERNAL_ERROR"),
  "status 503": refusal(503, "STATE_BUSY"),
  "status 429": refusal(429, "RATE_LIMIT_EXCEEDED"),
  "50 MB": {
    outage: false,
    damaged: true,
    done: true,
    act: async ({ forward, response }) => {
      const { status } = await forward();
      response.writeHead(answered(status), { "Content-Type": "application/json", "Content-Length": HUGE });
      response.write('{"data": "');
      writeOn(response, HUGE - 12, () => response.end('"}'));
    },
  },
  "HTML page": whole("text/html; charset=utf-8", () => "<!doctype html><title>Welcome</title><p>Please wait."),
  "malformed JSON": { damaged: true, ...whole("application/json", () => MALFORMED) },
  "JSON of another shape": whole("application/json", () => '[[], "data", 7]'),
  "empty body": { damaged: true, ...whole("application/json", () => "") },
  redirect: {
    outage: false,
    done: false,
    act: ({ response, elsewhere }) => response.writeHead(307, { Location: elsewhere }).end(),
  },
};

/** An error of the upstream that says to try again. */
function refusal(status, code) {
  const body = JSON.stringify({ error: { code, message: "An injected fault.", details: {} } });
  const act = ({ response }) => response.writeHead(status, { "Content-Type": "application/json" }).end(body);
  return { outage: true, done: false, act };
}

/** A whole answer with a body that is none. */
function whole(type, body) {
  return {
    outage: false,
    done: true,
    act: async ({ forward, response }) => {
      const { status } = await forward();
      response.writeHead(answered(status), { "Content-Type": type }).end(body());
    },
  };
}

/** A status that may have a body. */
const answered = (status) => (status === 204 ? 200 : status);

/** Announces a whole body, and writes half of it; at least a byte is missing. */
function writeHalf(response, { status, headers, body }, then) {
  const { "content-length": _, "transfer-encoding": __, connection: ___, ...kept } = headers;
  const length = Math.max(body.length, 2);
  response.writeHead(answered(status), { ...kept, "Content-Length": length });
  response.write(body.subarray(0, body.length >> 1) || "", then);
  response.flushHeaders();
}

/** Writes so many bytes as the reader takes them. */
function writeOn(response, left, then) {
  for (let more = left; ; more -= CHUNK.length) {
    if (more <= 0) return then();
    const chunk = CHUNK.subarray(0, Math.min(more, CHUNK.length));
    if (!response.write(chunk)) return response.once("drain", () => writeOn(response, more - chunk.length, then));
  }
}
