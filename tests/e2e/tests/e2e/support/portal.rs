//! What a person does at the portal, and what goes wrong there.

use super::browser::{Browser, Seen};
use super::{Running, json_of};
use serde_json::Value;

/// Revokes a key on the portal's page.
pub(crate) async fn revoke(browser: &Browser, name: &str) -> Seen {
    let keys = browser.open("/portal/developer/api-keys").await;
    let row = keys.text.split("<tr>").find(|row| row.contains(name));
    let row = row.unwrap_or_else(|| panic!("no {name}: {}", keys.text));
    let mut links = row
        .split("href=\"")
        .filter_map(|rest| rest.split('"').next());
    let link = links
        .find(|href| href.ends_with("/revoke"))
        .expect("a link");
    let page = browser.open(link).await;
    browser.submit(&page, link, &[]).await
}

/// How many of the planned faults of an operation are still to come.
pub(crate) async fn faults_left(app: &Running, operation: &str) -> u64 {
    let answer = app.request("GET", "/emulator/faults").send().await;
    let (_, planned) = json_of(answer.expect("an answer")).await;
    let planned = planned["faults"].as_array().expect("faults");
    let of_operation = planned
        .iter()
        .filter(|fault| fault["operation"] == operation);
    of_operation
        .filter_map(|fault| fault["times"].as_u64())
        .sum()
}

/// Plans a fault of the emulator.
pub(crate) async fn plan_fault(app: &Running, fault: Value) {
    let request = app
        .request("POST", "/emulator/faults")
        .header("content-type", "application/json")
        .body(fault.to_string());
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
}
