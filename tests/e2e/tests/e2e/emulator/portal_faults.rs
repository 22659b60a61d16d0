//! Faults of the emulator reach every call of the connector to the portal.

use crate::support::Running;
use crate::support::browser::{Browser, with_form};
use crate::support::client::{OAuthClient, ask};
use crate::support::json_of;
use crate::support::portal::{faults_left, plan_fault};
use serde_json::json;
use tokportal_emulator::people::PEOPLE;

/// Each call, and the event that says that it failed.
const CALLS: [(&str, &str); 9] = [
    ("portal.discovery", "sign_in_failed"),
    ("portal.jwks", "sign_in_failed"),
    ("portal.token", "sign_in_failed"),
    ("portal.list", "key_list_failed"),
    ("portal.mint", "error_page"),
    ("portal.delete", "revocation_failed"),
    ("portal.make-lasting", "key_lasting_failed"),
    ("portal.introspect", "introspection_failed"),
    ("portal.revoke", "revocation_failed"),
];

/// More than a person and an app try.
const TIMES: u64 = 20;

/// Connects an app, lists its tools and disconnects it, as far as that goes.
async fn connect_and_disconnect(client: &OAuthClient<'_>, browser: &Browser) -> Option<()> {
    let page = browser.open(&client.authorization(&[])).await;
    if page.status != 200 || page.target().is_some() {
        return None;
    }
    let fields = [("level", "read"), ("decision", "authorize")];
    let decided = browser.send_form(&page, "/connect/consent", &fields).await;
    decided.target()?;
    let code = decided.parameter("code")?;
    let (_, answer) = json_of(client.redeem(&code, &[]).await).await;
    let token = answer["access_token"].as_str()?;
    ask(client.app, token, "tools/list", json!({})).await;
    let form = [("token", token), ("client_id", &client.id)];
    let revocation = with_form(client.app.request("POST", "/revoke"), form);
    revocation.send().await.expect("an answer");
    Some(())
}

#[tokio::test]
async fn faults_reach_every_call_of_the_portal() {
    for (operation, event) in CALLS {
        let app = Running::start().await;
        let browser = Browser::of(&app, &PEOPLE[0]).await;
        let client = OAuthClient::register(&app, "App").await;
        if operation == "portal.delete" {
            // An older key, which the next approval replaces.
            client.connect(&browser, "read").await;
        }
        let fault = json!({"operation": operation, "kind": "503", "times": TIMES});
        plan_fault(&app, fault).await;
        connect_and_disconnect(&client, &browser).await;
        assert!(faults_left(&app, operation).await < TIMES, "{operation}");
        let event = format!("\"event\":\"{event}\"");
        assert!(
            app.log.contains(&event),
            "{operation}: {:?}",
            app.log.lines()
        );
    }
}

/// The emulator's ID tokens have every claim, so the connector does not ask for more.
#[tokio::test]
async fn fault_reaches_userinfo() {
    let app = Running::start().await;
    let tokens = app
        .request("POST", "/emulator/tokens")
        .header("content-type", "application/json")
        .body("{}");
    let (_, tokens) = json_of(tokens.send().await.expect("an answer")).await;
    let token = tokens["access_token"].as_str().expect("a token");
    plan_fault(&app, json!({"operation": "portal.userinfo", "kind": "503"})).await;
    for expected in [503, 200] {
        let userinfo = app.request("GET", "/portal/oauth/userinfo");
        let answer = userinfo.bearer_auth(token).send().await.expect("an answer");
        assert_eq!(answer.status(), expected);
    }
}
