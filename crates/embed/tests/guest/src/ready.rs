//! `/readyz` and `/readyz/portal`, in the shape that `tokportal-embed --check` and `--check-portal` read.

use spin_sdk::key_value::Store;
use spin_sdk::variables;

/// Whether the store can be read, and whether the URL in the variable `api`, if there is one, answers.
pub(crate) async fn ready() -> (u16, String) {
    let checks = [
        ("store", store().await, "Change the runtime configuration."),
        ("api", api().await, "Change the variable `api`."),
    ];
    let ready = checks.iter().all(|(_, result, _)| result.is_ok());
    let checks: Vec<String> = checks
        .iter()
        .map(|(name, result, fix)| match result {
            Ok(()) => format!(r#"{{"name": "{name}", "ok": true}}"#),
            Err(problem) => format!(
                r#"{{"name": "{name}", "ok": false, "problem": {problem:?}, "fix": "{fix}"}}"#
            ),
        })
        .collect();
    let body = format!(r#"{{"ready": {ready}, "checks": [{}]}}"#, checks.join(", "));
    (if ready { 200 } else { 503 }, body)
}

/// One check that passed, one that could not be made, and one that failed.
pub(crate) fn portal() -> (u16, String) {
    let checks = r#"{"ready": false, "checks": [
        {"name": "discovery", "ok": true, "note": "Found."},
        {"name": "redirect_uri", "ok": true, "problem": "Not proven.", "fix": "Register it."},
        {"name": "clock", "ok": false, "problem": "It is late.", "fix": "Set it."}]}"#;
    (503, checks.to_owned())
}

async fn store() -> Result<(), String> {
    let failed = |error| format!("{error:?}");
    let store = Store::open("default").await.map_err(failed)?;
    store.get("ready").await.map_err(failed).map(drop)
}

async fn api() -> Result<(), String> {
    let url = variables::get("api").await.unwrap_or_default();
    if url.is_empty() {
        return Ok(());
    }
    let answer = spin_sdk::http::get(&url).await;
    answer
        .map(drop)
        .map_err(|error| format!("{error:?} for {url}."))
}
