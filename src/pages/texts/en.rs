//! English.

use super::table::{CloseTexts, ConsentTexts, ErrorTexts, ProblemTable, ProblemTexts, Texts};
use crate::web::language::Language;

pub(super) static TEXTS: Texts = Texts {
    language: Language::English,
    consent: ConsentTexts {
        asks: "{client} wants to use your TokPortal account.",
        title: "{client} wants to use your TokPortal account",
        title_error: "Error: {title}",
        nameless: "An app without a name",
        verified: "verified domain",
        proven: "proves its identity with a key",
        unverified: "We could not verify who made this app.",
        signed_in_as: "Signed in as",
        not_you: "Not you?",
        key_label: "Your TokPortal API key",
        key_hint: "Create one in TokPortal under Developer › API keys. Enter it only here, never in a chat.",
        go_to_key: "Go to the key",
        what_it_may_do: "What {client} may do",
        read_only: "Read-only",
        read_only_text: "See analytics, bundles, accounts and balances. Cannot change anything or spend credits.",
        full_access: "Full access",
        full_access_text: "Everything above, and create, configure and publish bundles, upload media, manage webhooks.",
        consumes_credits: "Actions consume your credits.",
        consumes_credits_of: "Actions consume your credits (balance: {balance}).",
        only_read_only: "Only read-only access is available, because the address entered in the app has readonly=1.",
        sent_to: "You will be sent to {destination}",
        this_computer: "an app on this computer.",
        this_computer_port: "an app on this computer (port {port}).",
        app_of_scheme: "an app on this device that opens {scheme}: links.",
        started_yourself: "Go on only if you started this yourself just now.",
        full_address: "Full address",
        key_will_be_created: "An API key named {key} will be created. You can revoke it at any time under Developer › API keys.",
        sealed_token: "The app gets a sealed token for this connector, never the key itself. You can revoke the key at any time under Developer › API keys.",
        authorize: "Authorize",
        cancel: "Cancel",
    },
    close: CloseTexts {
        title: "You can close this window",
        heading: "You can close this window.",
        connected: "Connected",
        go_back: "Go back to {client} to carry on.",
        go_back_nameless: "Go back to your app to carry on.",
        minted: "You can revoke its API key at any time under Developer › API keys.",
        pasted: "It uses the API key that you entered, until that key is revoked.",
        cancelled: "You cancelled, so it was not connected.",
        nothing_happened: "Nothing happened? {link}",
        open: "Open {client}",
        open_nameless: "Open the app",
    },
    error: ErrorTexts {
        what_to_do: "What to do",
        request_id: "Request id: {id}",
    },
    problems: ProblemTable {
        expired_request: ProblemTexts {
            title: "This sign-in has expired",
            what_happened: "This sign-in was started more than 10 minutes ago.",
            what_to_do: "Go back to your app and connect again.",
        },
        unknown_client: ProblemTexts {
            title: "We do not know this app",
            what_happened: "The app that sent you here is not registered with this connector, or its registration is no longer valid.",
            what_to_do: "Go back to your app, remove the TokPortal connection and add it again.",
        },
        unregistered_destination: ProblemTexts {
            title: "We stopped this sign-in",
            what_happened: "The address you would be sent to is not one that this app registered with us. Someone may be trying to get into your account.",
            what_to_do: "Close this page. If you started this yourself, remove the TokPortal connection from your app and add it again.",
        },
        app_link_not_enabled: ProblemTexts {
            title: "This app cannot be opened from here",
            what_happened: "The app wants to be opened by a link of its own, and this connector does not open links of that kind. Nothing was connected.",
            what_to_do: "If your app can also use a web address or localhost, choose that. Otherwise ask the people who run this connector to enable its links, and give them the request id below.",
        },
        malformed_request: ProblemTexts {
            title: "This link is incomplete",
            what_happened: "Part of the address that brought you here is missing or was changed on the way.",
            what_to_do: "Go back to your app and connect again.",
        },
        portal_down: ProblemTexts {
            title: "TokPortal is not responding",
            what_happened: "TokPortal could not be reached, so nothing was connected. No credits were spent.",
            what_to_do: "Wait a minute, then go back to your app and connect again.",
        },
        key_limit_reached: ProblemTexts {
            title: "You have reached the API key limit",
            what_happened: "Each connected app has its own API key, and your account cannot have more keys. Nothing was connected.",
            what_to_do: "Revoke a key that you no longer use under Developer › API keys in TokPortal. Then go back to your app and connect again.",
        },
        already_approved: ProblemTexts {
            title: "You have already answered",
            what_happened: "This request was answered a moment ago, perhaps in another tab. Nothing was done a second time.",
            what_to_do: "Close this page and go back to your app. If it is not connected, connect again from there.",
        },
        back_after_approval: ProblemTexts {
            title: "This page is no longer in use",
            what_happened: "This sign-in is already finished. Your decision has not changed.",
            what_to_do: "Close this page and go back to your app. To change your decision, connect again from there.",
        },
        cookies_blocked: ProblemTexts {
            title: "We cannot confirm that this is you",
            what_happened: "Your browser did not send the cookie of this sign-in. Cookies are blocked, or the sign-in was started in another browser.",
            what_to_do: "Allow cookies for this site, then go back to your app and connect again in this browser. The cookie expires after 10 minutes.",
        },
        foreign_form: ProblemTexts {
            title: "We stopped this request",
            what_happened: "The request came from another website, not from this page. Nothing was connected.",
            what_to_do: "Close this page. If you meant to connect an app, connect again from the app.",
        },
        wrong_configuration: ProblemTexts {
            title: "This connector is not set up correctly",
            what_happened: "Its setting “{value}” is missing or wrong, so no app can connect at the moment.",
            what_to_do: "Tell the people who run this connector, and give them the request id below. Their log says what is wrong.",
        },
        too_many_requests: ProblemTexts {
            title: "Too many sign-ins at once",
            what_happened: "Too many sign-ins came from your network, so this one was rejected.",
            what_to_do: "Wait a minute, then go back to your app and connect again.",
        },
        too_many_requests_for_long: ProblemTexts {
            title: "Too many sign-ins at once",
            what_happened: "Too many sign-ins came from your network, so this one was rejected.",
            what_to_do: "Wait {value} minutes, then go back to your app and connect again.",
        },
        wrong_key: ProblemTexts {
            title: "This API key does not work",
            what_happened: "TokPortal does not accept this API key.",
            what_to_do: "Check that you copied all of it and that it was not revoked, and enter it again.",
        },
        unexpected: ProblemTexts {
            title: "Something went wrong on our side",
            what_happened: "The connector could not finish this sign-in. No credits were spent.",
            what_to_do: "Go back to your app and connect again. If it happens again, tell the people who run this connector, and give them the request id below.",
        },
    },
};
