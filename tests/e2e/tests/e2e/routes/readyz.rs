//! `/readyz`, and the line that a deployment leaves in the log.

use crate::support::canned::{Canned, response};
use crate::support::{BROWSER, Running, json_of};
use futures::future::join_all;
use serde_json::{Value, json};

async fn readyz(app: &Running) -> (u16, Value) {
    let answer = app
        .request("GET", "/readyz")
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    json_of(answer).await
}

fn started(app: &Running) -> usize {
    let lines = app.log.lines();
    let is_event = |line: &&String| line.contains("\"event\":\"started\"");
    lines.iter().filter(is_event).count()
}

fn failed(report: &Value) -> Vec<&Value> {
    let checks = report["checks"].as_array().expect("a list");
    checks.iter().filter(|check| check["ok"] == false).collect()
}

#[tokio::test]
async fn connector_is_ready_once_its_store_has_kept_a_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = Running::start_in(folder.path().to_owned()).await;
    let (status, report) = readyz(&app).await;
    assert_eq!(status, 503, "{report}");
    assert_eq!(failed(&report)[0]["name"], "store");
    let (status, report) = readyz(&app).await;
    assert_eq!(status, 200, "{report}");
    let names = ["configuration", "store", "portal", "keys", "api"];
    let checks = names.map(|name| json!({"name": name, "ok": true}));
    assert_eq!(report["checks"], json!(checks));
    assert_eq!(report["ready"], true);
    assert_eq!(started(&app), 1);
    let page = app.request("GET", "/readyz").header("accept", BROWSER);
    let page = page.send().await.expect("an answer");
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert!(
        page.text()
            .await
            .expect("text")
            .contains("This connector is ready")
    );
    let head = app
        .request("HEAD", "/readyz")
        .send()
        .await
        .expect("an answer");
    assert_eq!(head.status(), 200);
    app.stop().await;

    // The claim of the last check has ended.
    let app = Running::start_in(folder.path().to_owned()).await;
    app.clock.advance(std::time::Duration::from_secs(5));
    let (status, report) = readyz(&app).await;
    assert_eq!(status, 200, "the row is still there: {report}");
}

#[tokio::test]
async fn deployment_is_logged_once_and_not_by_the_mcp_endpoint() {
    let app = Running::start().await;
    let initialize = json!({"protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"}});
    for _ in 0..2 {
        app.legacy("initialize", initialize.clone()).await;
        app.legacy("tools/list", json!({})).await;
    }
    assert_eq!(started(&app), 0);
    let authorize = || app.request("GET", "/authorize").send();
    join_all((0..32).map(|_| authorize())).await;
    assert_eq!(started(&app), 1);
    let lines = app.log.lines();
    let line = lines
        .iter()
        .find(|line| line.contains("\"event\":\"started\""))
        .expect("the line");
    for part in [
        "\"sign_in\":\"portal\"",
        "\"atomics\":true",
        "\"sealing_secret\":\"in-store\"",
        "\"public_url\"",
    ] {
        assert!(line.contains(part), "{part} in {line}");
    }
}

#[tokio::test]
async fn api_that_does_not_answer_is_named() {
    let app = Running::in_front_of("http://127.0.0.1:1").await;
    readyz(&app).await;
    let (status, report) = readyz(&app).await;
    assert_eq!(status, 503);
    let failed = failed(&report);
    assert_eq!(failed.len(), 1, "{report}");
    assert_eq!(failed[0]["name"], "api");
    let fix = failed[0]["fix"].as_str().expect("a fix");
    assert!(fix.contains("`api_base_url`"), "{fix}");
    assert!(
        app.log
            .contains("\"event\":\"check_failed\",\"check\":\"api\"")
    );
}

/// `portal_origin` and its like, which extend `allowed_outbound_hosts`, have their defaults.
#[tokio::test]
async fn origin_that_the_host_forbids_is_named_with_the_setting() {
    let app = Running::start_connector(&[
        ("api_base_url", "http://127.0.0.1:1"),
        ("portal_issuer", "http://localhost:9"),
        ("portal_keys_url", "http://localhost:9/keys"),
    ])
    .await;
    readyz(&app).await;
    let (status, report) = readyz(&app).await;
    assert_eq!(status, 503);
    for name in ["portal", "keys"] {
        let failed = failed(&report);
        let check = failed.iter().find(|check| check["name"] == name);
        let check = check.unwrap_or_else(|| panic!("{name}: {report}"));
        let fix = check["fix"].as_str().expect("a fix");
        assert!(
            fix.contains("http://localhost:9 ") && fix.contains("allowed_outbound_hosts"),
            "{fix}"
        );
    }
}

#[tokio::test]
async fn flood_of_readyz_asks_the_api_a_few_times() {
    let mut api = Canned::answering(response("401 Unauthorized", b"{}")).await;
    let app = Running::in_front_of(&api.url).await;
    readyz(&app).await;
    for _ in 0..3 {
        for (status, report) in join_all((0..100).map(|_| readyz(&app))).await {
            assert!(status == 200 || status == 503, "{report}");
        }
    }
    let seen = api.seen();
    assert!((1..=10).contains(&seen.len()), "{} requests", seen.len());
    let is_anonymous = |request: &String| {
        request.starts_with("GET /api/ext/me ") && !request.to_lowercase().contains("x-api-key")
    };
    assert!(seen.iter().all(is_anonymous), "{seen:?}");
}
