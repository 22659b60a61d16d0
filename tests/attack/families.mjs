// The attack families, in the order and with the numbers of docs/THREATS.md.
import a01 from "./families/a01-redirect-uri.mjs";
import a02 from "./families/a02-pkce.mjs";
import a03 from "./families/a03-schemes.mjs";
import a04 from "./families/a04-confused-deputy.mjs";
import a05 from "./families/a05-foreign-browser.mjs";
import a06 from "./families/a06-remembered-consent.mjs";
import a07 from "./families/a07-forms.mjs";
import a08 from "./families/a08-code-replay.mjs";
import a09 from "./families/a09-tokens.mjs";
import a10 from "./families/a10-registration.mjs";
import a11 from "./families/a11-client-documents.mjs";
import a12 from "./families/a12-traversal.mjs";
import a13 from "./families/a13-read-only.mjs";
import a14 from "./families/a14-cross-request.mjs";
import a15 from "./families/a15-forged-hosts.mjs";
import a16 from "./families/a16-parsers.mjs";

export const families = [a01, a02, a03, a04, a05, a06, a07, a08, a09, a10, a11, a12, a13, a14, a15, a16];
