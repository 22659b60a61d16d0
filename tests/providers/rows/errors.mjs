// Errors that the provider reports, and what a person does there.
import assert from "node:assert/strict";

import * as edits from "../edits.mjs";
import { connected } from "../row.mjs";
import { newPerson } from "../sign-in.mjs";

const DENIED = "The sign-in was refused or cancelled at TokPortal.";

/** The provider's answer goes into the log, the app is told `error`. */
const reported = (code, description, error = "server_error") => ({
  error,
  log: [{ event: "portal_error", error: code, description }],
});

/** The person could not sign in, or did not want to. */
const denied = (code, description) => ({ ...reported(code, description, "access_denied"), description: DENIED });

/** The provider ends the interaction with an error. */
const ends = (error, error_description, expect) => ({
  name: `the provider answers ${error}`,
  provider: { results: { login: { error, error_description } } },
  expect,
});

export const errors = [
  {
    name: "the first-party client needs no consent at the provider",
    provider: {
      configuration: {
        async loadExistingGrant({ oidc }) {
          const { client, session, provider } = oidc;
          const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
          grant.addOIDCScope("openid profile email");
          await grant.save();
          return grant;
        },
      },
    },
    expect: connected,
    check: ({ outcome }) => assert.deepEqual(outcome.pages, ["sign-in", "our consent"]),
  },
  {
    name: "a session at the provider, and prompt=login",
    async act({ signIn }) {
      const person = newPerson();
      const pages = async (prompt) => {
        const outcome = await signIn({ person, prompt });
        return outcome.pages;
      };
      assert.deepEqual(await pages(), ["sign-in", "consent of the provider", "our consent"]);
      assert.deepEqual(await pages(), ["our consent"]);
      const outcome = await signIn({ person, prompt: "login" });
      assert.deepEqual(outcome.pages, ["sign-in", "our consent"]);
      return outcome;
    },
    expect: connected,
  },
  {
    name: "the person cancels at the provider's sign-in",
    person: { cancel: "sign-in" },
    expect: denied("access_denied", "End-User aborted interaction"),
  },
  {
    name: "the person cancels at the provider's consent",
    person: { cancel: "consent of the provider" },
    expect: denied("access_denied", "End-User aborted interaction"),
  },
  ends("access_denied", "An administrator must approve this app.", denied("access_denied", /administrator/)),
  ends("interaction_required", "Multi-factor authentication is needed.", denied("interaction_required", /Multi/)),
  ends("login_required", "Sign in elsewhere.", denied("login_required", /elsewhere/)),
  ends("unauthorized_client", "The client is disabled.", reported("unauthorized_client", /disabled/)),
  ends("server_error", "A bug.", reported("server_error", /bug/)),
  ends(
    "temporarily_unavailable",
    "Maintenance.",
    reported("temporarily_unavailable", /Maint/, "temporarily_unavailable"),
  ),
  {
    name: "the description has 5,000 characters and line breaks",
    provider: { results: { login: { error: "access_denied", error_description: "A\nline. ".repeat(700) } } },
    expect: denied("access_denied", /^[^\n\r]{8,600}$/),
  },
  {
    name: "invalid_grant at the first arrival",
    provider: { edits: [edits.error("token", 400, "invalid_grant", "The code has expired.")] },
    expect: reported("invalid_grant", /code has expired/),
    check: ({ outcome }) => assert.doesNotMatch(outcome.result, /already|10 minutes/),
  },
  {
    name: "a wrong secret is access_denied (Auth0)",
    provider: { edits: [edits.error("token", 401, "access_denied", "Unauthorized")] },
    expect: {
      error: "server_error",
      log: [
        { event: "portal_error", error: "access_denied", description: "Unauthorized" },
        { event: "sign_in_failed", fix: /portal_client_secret/ },
      ],
    },
  },
  {
    name: "the token endpoint answers unauthorized_client",
    provider: { edits: [edits.error("token", 400, "unauthorized_client", "Not this grant.")] },
    expect: reported("unauthorized_client", /Not this grant/),
  },
];
