//! What a person does at the portal, and what goes wrong there.

use super::Running;
use super::browser::{Browser, Seen};
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

/// Plans a fault of the emulator.
pub(crate) async fn plan_fault(app: &Running, fault: Value) {
    let request = app
        .request("POST", "/emulator/faults")
        .header("content-type", "application/json")
        .body(fault.to_string());
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
}
