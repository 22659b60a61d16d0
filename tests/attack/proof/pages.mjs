// The pages of the small server.

export const PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/** Text in a page, without characters that deceive. */
export const escaped = (text) =>
  text.replace(INVISIBLE, "").replace(/[&<>"'{}]/g, (character) => `&#${character.charCodeAt(0)};`);

export const errorPage = (text) => `<!doctype html><title>Error</title><h1>${text}</h1>`;

/** The page names the site that the code goes to, and what the app calls itself. */
export const consentPage = ({ handle, name, host, marked }) => `<!doctype html><title>Authorize</title>
<h1>${marked ? `An app at ${host} asks for access` : name}</h1>
${marked ? `<p>It calls itself ${name}. This name is not verified.</p>` : ""}
<p>The code goes to ${host}.</p>
<form method="post" action="/consent">
<input type="hidden" name="request" value="${handle}">
<label for="api_key">API key</label><input type="password" id="api_key" name="api_key">
<input type="radio" id="read" name="level" value="read"><label for="read">Read-only</label>
<input type="radio" id="full" name="level" value="full"><label for="full">Full access</label>
<button name="decision" value="authorize">Authorize</button>
<button name="decision" value="cancel">Cancel</button>
</form>`;
