// What a case expects. A broken rule is thrown with the exchange that shows it.

/** A rule is broken; `answer` is the exchange that shows it. */
export class Broken extends Error {
  constructor(message, answer) {
    super(message);
    this.answer = answer;
  }
}

/** The case cannot be judged here, and why. */
export class NotJudged extends Error {}

/** Throws unless a condition holds. */
export function hold(condition, message, answer) {
  if (!condition) throw new Broken(message, answer);
}

/** A rate limit hides what the server would have answered. */
export function limited(answer) {
  if (answer.status === 429) throw new NotJudged("429: the rate limit of the server");
}

/** Neither a crash, nor a hang, nor an empty hand: every request ends in an answer that is not a server error. */
export function answered(answer) {
  limited(answer);
  hold(!answer.hung, "the server does not answer", answer);
  hold(answer.status !== 0, "the server closes the connection without an answer", answer);
  const busy = answer.status === 503 && answer.header("retry-after") !== undefined;
  hold(answer.status < 500 || busy, "the server fails", answer);
  return answer;
}

/** The same, for a request so large that a server may close the connection while the client still writes (RFC 9112). */
export function answeredOrClosed(answer) {
  if (answer.status === 0 && !answer.hung) return answer;
  return answered(answer);
}

/** A 4xx. */
export function refused(answer) {
  answered(answer);
  hold(answer.status >= 400, "the request is not refused", answer);
  return answer;
}

/** An error page: 4xx, and the browser stays (RFC 6749, section 4.1.2.1). */
export function refusedOnPage(answer) {
  hold(!answer.target, "the browser is sent on", answer);
  return refused(answer);
}

/** An error that goes to the registered redirect URI, or an error page; never a code and never a page of consent. */
export function refusedToApp(answer, { redirectUri, errors }) {
  answered(answer);
  if (!answer.target) return refused(answer);
  const to = new URL(answer.target, answer.url);
  hold(to.href.startsWith(redirectUri), "the request goes on", answer);
  hold(!to.searchParams.has("code"), "the app gets a code", answer);
  const error = to.searchParams.get("error");
  hold(error !== null, "the app gets no error", answer);
  if (errors) hold(errors.includes(error), `the error is not ${errors.join(" or ")}`, answer);
  return answer;
}

/** An OAuth error in JSON (RFC 6749, section 5.2) without a token. */
export function oauthError(answer, errors) {
  answered(answer);
  hold(answer.status >= 400, "the request is not refused", answer);
  hold(typeof answer.json?.error === "string", "the answer is not an OAuth error in JSON", answer);
  hold(!answer.text.includes('access_token":'), "the answer has a token", answer);
  if (errors) hold(errors.includes(answer.json.error), `the error is not ${errors.join(" or ")}`, answer);
  return answer;
}

/** A 401 with a challenge that leads to the resource metadata (RFC 9728, section 5.1). */
export function challenged(answer) {
  answered(answer);
  hold(answer.status === 401, "the answer is not 401", answer);
  const challenge = answer.header("www-authenticate") ?? "";
  hold(/^Bearer\b/i.test(challenge), "the answer has no Bearer challenge", answer);
  hold(
    /resource_metadata="https?:\/\/[^"]+"/.test(challenge),
    "the challenge has no absolute resource_metadata",
    answer,
  );
  return answer;
}

/** Text that is not in an answer: neither in the body nor in a header. */
export function without(answer, ...texts) {
  const all = JSON.stringify(answer.headers) + answer.text;
  for (const text of texts) hold(!all.includes(text), `the answer has ${JSON.stringify(text.slice(0, 24))}`, answer);
  return answer;
}

/** What a client reads as a refusal in a JSON-RPC answer: an HTTP error, an error, or a result with `isError`. */
export function refusedByRpc(answer) {
  answered(answer);
  const { json } = answer;
  const error = answer.status >= 400 || json?.error !== undefined || json?.result?.isError === true;
  hold(error, "the call is carried out", answer);
  return answer;
}

/** A result of JSON-RPC that is not an error. */
export function succeeded(answer) {
  answered(answer);
  hold(
    answer.status === 200 && answer.json?.result !== undefined && answer.json.result.isError !== true,
    "an honest request fails",
    answer,
  );
  return answer.json.result;
}
