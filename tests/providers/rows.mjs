// All rows of the table, by idea.
import { algorithms } from "./rows/algorithms.mjs";
import { claims } from "./rows/claims.mjs";
import { clientAuthentication } from "./rows/client-authentication.mjs";
import { errors } from "./rows/errors.mjs";
import { issuers } from "./rows/issuers.mjs";
import { keysApis } from "./rows/keys-apis.mjs";
import { resources } from "./rows/resources.mjs";
import { tokens } from "./rows/tokens.mjs";

/** @type {Row[]} */
export const rows = [
  ...algorithms,
  ...clientAuthentication,
  ...claims,
  ...resources,
  ...keysApis,
  ...errors,
  ...tokens,
  ...issuers,
];
