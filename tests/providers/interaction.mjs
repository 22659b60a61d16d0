// The pages of the provider: sign-in and consent, each with a button that cancels.
import { text } from "node:stream/consumers";

/** Where the provider sends the browser for an interaction. */
export const interactionPath = (mount, uid) => `${mount}/interaction/${uid}`;

const page = (title, fields) => `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>${title}</title>
<h1>${title}</h1>
<form method="post">${fields}<button name="decision" value="cancel" formnovalidate>Cancel</button></form>`;

const PAGES = {
  login: page(
    "Sign in at the provider",
    `<p><label>Email <input type="email" name="email" required></label></p>
<p><label>Password <input type="password" name="password" required></label></p>
<button name="decision" value="continue">Sign in</button>`,
  ),
  consent: page("The provider asks for consent", `<button name="decision" value="continue">Continue</button>`),
};

/**
 * Answers an interaction: shows its page, or takes what the person decided.
 * @param {Provider} provider of `oidc-provider`.
 * @param {Record<string, object>} results what the provider concludes instead of a success, by the name of the prompt.
 */
export async function interact(provider, request, response, results) {
  const details = await provider.interactionDetails(request, response);
  const { name } = details.prompt;
  if (request.method !== "POST") {
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
    response.end(PAGES[name]);
    return;
  }
  const form = new URLSearchParams(await text(request));
  const cancelled = { error: "access_denied", error_description: "End-User aborted interaction" };
  const result =
    form.get("decision") === "cancel"
      ? cancelled
      : (results[name] ?? (name === "login" ? signedIn(form) : await consented(provider, details)));
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: name === "consent" });
}

/** The account is named by the part of the address before the at sign. */
const signedIn = (form) => ({ login: { accountId: form.get("email").split("@")[0] } });

async function consented(provider, { prompt, grantId, session, params }) {
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.details;
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(" "));
  if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims);
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(" "));
  }
  return { consent: { grantId: await grant.save() } };
}
