//! Every operation once: refused with a read-only key, with its main error, simulated without a trace, and done. What is
//! missing for an operation is printed, and fails.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::document::assert_documented;
use super::flow::{Flow, day, video};
use super::world::Reply;
use crate::operations::{OPERATIONS, Operation};
use crate::people::{demo_key, demo_read_key};
use crate::routes::{Route, route};

const UNKNOWN: &str = "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b";
const POLICY: &str = "managed-credential-reveal-v1";

/// The body of a step. Strings like `{name}` stand for what earlier answers brought.
#[derive(Clone)]
enum Body {
    None,
    Json(Value),
    Form(&'static str, &'static str),
}

/// Hours that pass first, method, path, body, and what the answer brings: name and JSON pointer.
type Step = (
    i64,
    &'static str,
    &'static str,
    Body,
    &'static [(&'static str, &'static str)],
);

/// What is shown for an operation.
#[derive(Default)]
struct Shown {
    success: Option<u16>,
    error: Option<String>,
    read_key: Option<String>,
    dry_run: Option<u16>,
}

struct Walk {
    flow: Flow,
    found: BTreeMap<&'static str, Value>,
    shown: BTreeMap<&'static str, Shown>,
}

fn get(path: &'static str) -> Step {
    (0, "GET", path, Body::None, &[])
}

fn find(path: &'static str, found: &'static [(&'static str, &'static str)]) -> Step {
    (0, "GET", path, Body::None, found)
}

fn plain(method: &'static str, path: &'static str) -> Step {
    (0, method, path, Body::None, &[])
}

fn with(method: &'static str, path: &'static str, body: Value) -> Step {
    (0, method, path, Body::Json(body), &[])
}

fn form(path: &'static str, file: &'static str, content: &'static str) -> Step {
    (0, "POST", path, Body::Form(file, content), &[])
}

fn later(hours: i64, mut step: Step) -> Step {
    step.0 = hours;
    step
}

fn finding(mut step: Step, found: &'static [(&'static str, &'static str)]) -> Step {
    step.4 = found;
    step
}

fn order() -> Vec<Step> {
    let body = json!({
        "bundle_type": "account_and_videos", "country": "FR", "videos_quantity": 2,
        "wants_advanced_warming": true, "advanced_warming_terms_count": 3, "auto_finalize_videos": false,
    });
    let profile = json!({ "username": "a.b", "visible_name": "A", "biography": "B", "profile_picture_url": "p.jpg" });
    let terms = json!({ "advanced_warming_terms": ["one pot", "meal prep", "easy dinner"] });
    let mut item = video(4);
    item["position"] = json!(1);
    let window = json!({ "target_publish_start_date": day(5), "target_publish_end_date": day(6) });
    let wish = json!({ "comment": "Once more" });
    let csv = "position,video_type,target_publish_date,description,video_url\n\
               4,video,2026-11-29,A caption,https://media.example.com/a.mp4\n";
    vec![
        finding(with("POST", "/bundles", body), &[("bundle", "/data/id")]),
        with(
            "POST",
            "/bundles/bulk",
            json!({ "platforms": ["tiktok"], "country": "FR", "accounts_count": 1 }),
        ),
        get("/bundles"),
        get("/bundles/{bundle}"),
        with("PATCH", "/bundles/{bundle}", json!({ "title": "T" })),
        with(
            "POST",
            "/bundles/{bundle}/add-video-slots",
            json!({ "quantity": 2 }),
        ),
        with(
            "POST",
            "/bundles/{bundle}/add-edit-slots",
            json!({ "quantity": 1 }),
        ),
        get("/bundles/{bundle}/account"),
        with("PUT", "/bundles/{bundle}/account", profile),
        with("PUT", "/bundles/{bundle}/warming-terms", terms),
        get("/bundles/{bundle}/videos"),
        with(
            "PUT",
            "/bundles/{bundle}/videos/batch",
            json!({ "videos": [item] }),
        ),
        get("/bundles/{bundle}/videos/1"),
        plain("POST", "/bundles/{bundle}/videos/1/reset"),
        with("PUT", "/bundles/{bundle}/videos/1", video(4)),
        with("PATCH", "/bundles/{bundle}/videos/1", window),
        with("PUT", "/bundles/{bundle}/videos/2", video(4)),
        form("/bundles/{bundle}/videos/import-csv", "a.csv", csv),
        get("/bundles/{bundle}/publish-readiness"),
        plain("POST", "/bundles/{bundle}/publish"),
        plain("POST", "/bundles/{bundle}/unpublish"),
        plain("POST", "/bundles/{bundle}/publish"),
        later(1, with("PUT", "/bundles/{bundle}/videos/3", video(4))),
        plain("POST", "/bundles/{bundle}/videos/3/publish"),
        plain("POST", "/bundles/{bundle}/videos/publish-all"),
        plain("POST", "/bundles/{bundle}/videos/3/unschedule"),
        with(
            "POST",
            "/bundles/{bundle}/videos/1/fix-download",
            json!({ "video_url": "https://m.example/b.mp4" }),
        ),
        later(
            24,
            with(
                "POST",
                "/bundles/{bundle}/account/corrections",
                wish.clone(),
            ),
        ),
        later(12, plain("POST", "/bundles/{bundle}/account/finalize")),
        later(
            72,
            with("POST", "/bundles/{bundle}/videos/2/corrections", wish),
        ),
        later(12, plain("POST", "/bundles/{bundle}/videos/2/finalize")),
    ]
}

fn accounts() -> Vec<Step> {
    let edit = json!({ "requested_username": "new.name", "requested_visible_name": "New" });
    let consent = || json!({ "acknowledge_support_forfeit": true, "policy_version": POLICY });
    let quoted = json!({
        "expected_credits": "{credits}", "expected_current_period_end": "{until}",
        "expected_lock_version": "{version}",
    });
    let quote: &[_] = &[
        ("credits", "/data/reactivation_quote/credits"),
        ("until", "/data/reactivation_quote/current_period_end"),
        ("version", "/data/reactivation_quote/lock_version"),
    ];
    vec![
        find("/accounts?platform=instagram", &[("insta", "/data/0/id")]),
        get("/account-bans"),
        get("/accounts/{account}"),
        get("/accounts/{account}/bundles"),
        with(
            "PATCH",
            "/accounts/{account}/commenting-profile",
            json!({ "goal": "g" }),
        ),
        plain("POST", "/accounts/{insta}/managed-subscription/cancel"),
        find("/accounts/{insta}/managed-subscription", quote),
        with(
            "POST",
            "/accounts/{insta}/managed-subscription/reactivate",
            quoted,
        ),
        with("POST", "/accounts/{insta}/edit-request", edit),
        get("/accounts/{insta}/edit-request"),
        with(
            "POST",
            "/accounts/{account}/rewarm",
            json!({ "search_terms": ["one pot", "meal prep", "dinner"] }),
        ),
        find(
            "/accounts/{account}/warming-sessions",
            &[("session", "/data/0/id")],
        ),
        get("/warming-sessions/{session}"),
        with(
            "POST",
            "/warming/generate-terms",
            json!({ "text": "pasta" }),
        ),
        get("/accounts/{account}/analytics/can-refresh"),
        with("POST", "/accounts/{account}/analytics/refresh", json!({})),
        with("POST", "/analytics/accounts/{insta}/refresh", json!({})),
        get("/analytics"),
        get("/analytics/contract"),
        get("/analytics/export/videos"),
        with("POST", "/analytics/export/reports", json!({})),
        with("POST", "/analytics/export/reports/html", json!({})),
        get("/analytics/series"),
        find(
            "/analytics/accounts/{account}",
            &[("post", "/data/posts/0/tracked_post_id")],
        ),
        get("/analytics/accounts/{account}/raw"),
        get("/accounts/{account}/analytics"),
        get("/accounts/{account}/analytics/videos"),
        get("/videos/{live}/analytics"),
        with("POST", "/videos/{live}/ad-code-request", json!({})),
        get("/videos/{live}/ad-code-request"),
        get("/analytics/comments"),
        get("/analytics/accounts/{account}/comments"),
        get("/analytics/posts/{post}/raw"),
        with("POST", "/accounts/{insta}/verification-code", consent()),
        with("POST", "/accounts/{insta}/reveal-credentials", consent()),
    ]
}

fn rest() -> Vec<Step> {
    let comment = |text: &str| {
        let target = "https://www.tiktok.com/@chef.lina/video/7400000000000000000";
        json!({ "saved_account_id": "{account}", "target_video_url": target, "comment_text": text })
    };
    let task: &[_] = &[("task", "/data/created/0/id")];
    let hook = json!({ "url": "http://localhost:9900/hook", "events": ["bundle.created"] });
    let image =
        json!({ "filename": "a.png", "content_type": "image/png", "bundle_id": "{bundle}" });
    vec![
        with(
            "POST",
            "/upload/video",
            json!({ "filename": "a.mp4", "bundle_id": "{bundle}" }),
        ),
        with("POST", "/upload/image", image),
        with(
            "POST",
            "/upload/image/from-url",
            json!({ "url": "https://a.example/b.png", "bundle_id": "{bundle}" }),
        ),
        form("/upload/video/direct", "a.mp4", "bytes"),
        form("/upload/image/direct", "a.png", "bytes"),
        get("/webhooks/events"),
        finding(with("POST", "/webhooks", hook), &[("hook", "/data/id")]),
        get("/webhooks"),
        get("/webhooks/{hook}"),
        with("PATCH", "/webhooks/{hook}", json!({ "enabled": true })),
        plain("POST", "/webhooks/{hook}/test"),
        find("/webhooks/{hook}/deliveries", &[("delivery", "/data/0/id")]),
        plain("POST", "/webhooks/{hook}/deliveries/{delivery}/retry"),
        plain("DELETE", "/webhooks/{hook}"),
        finding(with("POST", "/comments", comment("One")), task),
        get("/comments"),
        get("/comments/{task}"),
        plain("DELETE", "/comments/{task}"),
        finding(with("POST", "/comments", comment("unmatched")), task),
        later(7, get("/comments/{task}/verifications")),
        with(
            "POST",
            "/comments/{task}/dispute",
            json!({ "reason": "Not there" }),
        ),
        finding(with("POST", "/comments", comment("unmatched too")), task),
        later(7, plain("POST", "/comments/{task}/approve")),
    ]
}

impl Walk {
    fn fill(&self, text: &str) -> String {
        self.found
            .iter()
            .fold(text.to_owned(), |text, (name, value)| {
                let value = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                text.replace(&format!("{{{name}}}"), &value)
            })
    }

    fn fill_json(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => {
                let name = text.trim_matches(['{', '}']);
                let whole = text
                    .starts_with('{')
                    .then(|| self.found.get(name))
                    .flatten();
                whole.unwrap_or(value).clone()
            }
            Value::Array(items) => items.iter().map(|item| self.fill_json(item)).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(name, member)| (name.clone(), self.fill_json(member)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            other => other.clone(),
        }
    }

    fn send(&self, method: &str, path: &str, body: &Body, headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://localhost:3000/api/ext{path}"));
        if !headers.iter().any(|(name, _)| *name == "x-api-key") {
            request = request.header("x-api-key", demo_key());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (media_type, bytes) = match body {
            Body::None => ("", String::new()),
            Body::Json(value) => ("application/json", self.fill_json(value).to_string()),
            Body::Form(file, content) => {
                let bundle =
                    "--x\r\ncontent-disposition: form-data; name=\"bundle_id\"\r\n\r\n{bundle}\r\n";
                let bundle = if path.starts_with("/upload") {
                    bundle
                } else {
                    ""
                };
                (
                    "multipart/form-data; boundary=x",
                    self.fill(&format!(
                        "{bundle}--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{file}\"\r\n\r\n\
                         {content}\r\n--x--\r\n"
                    )),
                )
            }
        };
        if !media_type.is_empty() {
            request = request.header("content-type", media_type);
        }
        let reply = Reply(
            self.flow
                .world
                .send(request.body(Bytes::from(bytes)).unwrap()),
        );
        let Route::Found(operation, _) = route(method, path.split('?').next().unwrap()) else {
            panic!("{method} {path} is no operation")
        };
        if reply.header("content-type") == Some("application/json") {
            assert_documented(operation.path, method, &reply);
        }
        reply
    }

    /// The error that the operation is known for: an unknown object, an unknown field, an unknown key.
    fn main_error(&self, operation: &Operation, template: &str, body: &Body) -> Reply {
        if let Some((first, _)) = operation.path.split_once('{') {
            let rest = template[first.len()..]
                .split_once('/')
                .map_or("", |(_, rest)| rest);
            let rest = if rest.is_empty() {
                String::new()
            } else {
                format!("/{rest}")
            };
            let path = self.fill(&format!("{first}{UNKNOWN}{rest}"));
            let reply = self.send(operation.method, &path, body, &[]);
            assert_eq!(reply.status(), 404, "{path}: {:?}", reply.0);
            reply
        } else if operation.is_write() {
            let odd = match body {
                Body::Form(..) if template.contains("image") => Body::Form("a.mp4", "a video"),
                Body::Form(..) => Body::Form("a.png", "an image"),
                _ => Body::Json(json!({ "nonsense": true })),
            };
            self.send(operation.method, operation.path, &odd, &[])
        } else {
            let headers = [("x-api-key", "sk_unknown")];
            self.send(operation.method, operation.path, &Body::None, &headers)
        }
    }

    fn take(&mut self, (hours, method, template, body, found): Step) {
        self.flow.hours(hours);
        let path = self.fill(template);
        let Route::Found(operation, _) = route(method, path.split('?').next().unwrap()) else {
            panic!("{method} {path} is no operation")
        };
        let name = format!("{method} {path}");
        let error = self.main_error(operation, template, &body);
        assert!(error.status() >= 400, "{name}: {:?}", error.0);
        let (mut read_key, mut dry_run) = (None, None);
        if operation.is_write() {
            let refused = self.send(method, &path, &body, &[("x-api-key", &demo_read_key())]);
            assert_eq!(
                refused.refusal(),
                (403, "AUTH_INSUFFICIENT_SCOPE".into()),
                "{name}"
            );
            read_key = Some(refused.refusal().1);
            self.flow.get("/me");
            let before = self.flow.workspace();
            let simulated = self.send(method, &path, &body, &[("x-tokportal-dry-run", "true")]);
            assert!(
                simulated.0.status().is_success(),
                "{name}: {:?}",
                simulated.0
            );
            assert_eq!(
                simulated.header("x-tokportal-dry-run"),
                Some("true"),
                "{name}"
            );
            assert_eq!(self.flow.workspace(), before, "{name}");
            dry_run = Some(simulated.status());
        }
        let done = self.send(method, &path, &body, &[]);
        assert!(done.0.status().is_success(), "{name}: {:?}", done.0);
        for (key, pointer) in found {
            let value = done.json().pointer(pointer).cloned();
            self.found.insert(
                *key,
                value.unwrap_or_else(|| panic!("{name}: no {pointer}")),
            );
        }
        let shown = Shown {
            success: Some(done.status()),
            error: Some(error.refusal().1),
            read_key,
            dry_run,
        };
        self.shown.insert(operation.id, shown);
    }
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "the listing is what this test is read for"
)]
fn every_operation_succeeds_fails_is_refused_and_simulated() {
    let mut walk = Walk {
        flow: Flow::new(),
        found: BTreeMap::new(),
        shown: BTreeMap::new(),
    };
    walk.flow
        .world
        .control("/credits", json!({ "balance": 5000 }));
    let start = [
        get("/me"),
        with("PATCH", "/me", json!({ "niche": "food" })),
        get("/countries"),
        get("/platforms"),
        get("/credit-costs"),
        get("/credits/balance"),
        get("/credits/history"),
        find(
            "/bundles?status=completed&platform=tiktok",
            &[
                ("done", "/data/0/id"),
                ("account", "/data/0/saved_account_id"),
            ],
        ),
        find("/bundles/{done}/videos", &[("live", "/data/0/id")]),
    ];
    for step in start
        .into_iter()
        .chain(order())
        .chain(rest())
        .chain(accounts())
    {
        walk.take(step);
    }
    println!(
        "{:40} {:8} {:52} {:24} dry run",
        "operation", "success", "main error", "read-only key"
    );
    let mut missing = Vec::new();
    for operation in OPERATIONS {
        let shown = walk.shown.remove(operation.id).unwrap_or_default();
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
        let status = |value: Option<u16>| value.map_or_else(|| "-".into(), |s| s.to_string());
        println!(
            "{:40} {:8} {:52} {:24} {}",
            operation.id,
            status(shown.success),
            text(&shown.error),
            text(&shown.read_key),
            status(shown.dry_run)
        );
        let write = operation.is_write();
        if shown.success.is_none()
            || shown.error.is_none()
            || (write && (shown.read_key.is_none() || shown.dry_run.is_none()))
        {
            missing.push(operation.id);
        }
    }
    assert!(missing.is_empty(), "not shown: {missing:?}");
    assert_eq!(OPERATIONS.len(), 91);
}
