// Reads tool results as a model or a program does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "./paths.mjs";
import { tellsTheSame } from "./told.mjs";

/** The price of one new account on TikTok in the USA, in credits. */
export const ACCOUNT_PRICE = 32;

/** How many operations the OpenAPI document in the repository has: one tool each. */
export function operationCount() {
  const { paths } = JSON.parse(readFileSync(join(root, "static/openapi.json"), "utf8"));
  return Object.values(paths).flatMap((item) => Object.values(item).filter((operation) => operation?.operationId)).length;
}

/** The JSON in a tool result; text and structured content must say the same. */
export function payload(result) {
  assert.ok(!result.isError, `the tool failed: ${JSON.stringify(result)}`);
  if (result.structuredContent === undefined) return JSON.parse(result.content[0].text);
  tellsTheSame(result);
  return result.structuredContent;
}

/** The credits the account has now. */
export async function balance(client) {
  const { data } = payload(await client.call("tokportal_get_credit_balance", {}));
  assert.equal(typeof data.total_credits, "number", JSON.stringify(data));
  return data.total_credits;
}

/** Orders one new account and returns the bundle's id. */
export async function orderAccount(client) {
  const order = { bundle_type: "account_only", platform: "tiktok", country: "USA" };
  const { data } = payload(await client.call("tokportal_create_bundle", order));
  return data.bundle_id;
}

/** The ids on the first page of the person's bundles. */
export async function bundleIds(client) {
  const { data } = payload(await client.call("tokportal_list_bundles", {}));
  return data.map((bundle) => bundle.bundle_id ?? bundle.id);
}
