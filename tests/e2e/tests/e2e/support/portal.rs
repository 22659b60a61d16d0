//! What a person does at the portal.

use super::browser::{Browser, Seen};

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
