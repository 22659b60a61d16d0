//! Every operation once: refused with a read-only key, with its main error, simulated without a trace, and done. Every
//! answer is compared with the document. What is not shown for an operation is printed, and fails.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::contract::Document;
use super::world::{Reply, World};
use crate::contract::{OPERATIONS, Operation, Route, route};
use crate::people::demo_read_key;

const UNKNOWN: &str = "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b";

/// The calls: `hours that pass, method path, body, name=pointer of values of the answer`. `{name}` stands for such a
/// value, `{+4}` for the date in 4 days. `-` is no body; a body that is no JSON is the file of a form: its name and its content.
const STEPS: &str = r##"
0 | GET /me
0 | PATCH /me | {"niche": "food"}
0 | GET /countries
0 | GET /platforms
0 | GET /credit-costs
0 | GET /credits/balance
0 | GET /credits/history
0 | GET /bundles?status=completed&platform=tiktok | - | done=/data/0/id account=/data/0/saved_account_id
0 | GET /bundles/{done}/videos | - | live=/data/0/id
0 | POST /bundles | {"bundle_type": "account_and_videos", "country": "FR", "videos_quantity": 2, "wants_advanced_warming": true, "advanced_warming_terms_count": 3, "auto_finalize_videos": false} | bundle=/data/id
0 | POST /bundles/bulk | {"platforms": ["tiktok"], "country": "FR", "accounts_count": 1}
0 | GET /bundles
0 | GET /bundles/{bundle}
0 | PATCH /bundles/{bundle} | {"title": "T"}
0 | POST /bundles/{bundle}/add-video-slots | {"quantity": 2}
0 | POST /bundles/{bundle}/add-edit-slots | {"quantity": 1}
0 | GET /bundles/{bundle}/account
0 | PUT /bundles/{bundle}/account | {"username": "a.b", "visible_name": "A", "biography": "B", "profile_picture_url": "p.jpg"}
0 | PUT /bundles/{bundle}/warming-terms | {"advanced_warming_terms": ["one pot", "meal prep", "easy dinner"]}
0 | GET /bundles/{bundle}/videos
0 | PUT /bundles/{bundle}/videos/batch | {"videos": [{"position": 1, "video_type": "video", "target_publish_date": "{+4}", "description": "A caption", "video_url": "https://m.example/a.mp4"}]}
0 | GET /bundles/{bundle}/videos/1
0 | POST /bundles/{bundle}/videos/1/reset
0 | PUT /bundles/{bundle}/videos/1 | {"video_type": "video", "target_publish_date": "{+4}", "description": "A caption", "video_url": "https://m.example/a.mp4"}
0 | PATCH /bundles/{bundle}/videos/1 | {"target_publish_start_date": "{+5}", "target_publish_end_date": "{+6}"}
0 | PUT /bundles/{bundle}/videos/2 | {"video_type": "video", "target_publish_date": "{+4}", "description": "A caption", "video_url": "https://m.example/a.mp4"}
0 | POST /bundles/{bundle}/videos/import-csv | a.csv position,video_type,target_publish_date,description,video_url;4,video,{+7},A caption,https://m.example/a.mp4;
0 | GET /bundles/{bundle}/publish-readiness
0 | POST /bundles/{bundle}/publish
0 | POST /bundles/{bundle}/unpublish
0 | POST /bundles/{bundle}/publish
1 | PUT /bundles/{bundle}/videos/3 | {"video_type": "video", "target_publish_date": "{+4}", "description": "A caption", "video_url": "https://m.example/a.mp4"}
0 | POST /bundles/{bundle}/videos/3/publish
0 | POST /bundles/{bundle}/videos/publish-all
0 | POST /bundles/{bundle}/videos/3/unschedule
0 | POST /bundles/{bundle}/videos/1/fix-download | {"video_url": "https://m.example/b.mp4"}
24 | POST /bundles/{bundle}/account/corrections | {"comment": "Once more"}
12 | POST /bundles/{bundle}/account/finalize
72 | POST /bundles/{bundle}/videos/2/corrections | {"comment": "Once more"}
12 | POST /bundles/{bundle}/videos/2/finalize
0 | POST /upload/video | {"filename": "a.mp4", "bundle_id": "{bundle}"}
0 | POST /upload/image | {"filename": "a.png", "content_type": "image/png", "bundle_id": "{bundle}"}
0 | POST /upload/image/from-url | {"url": "https://a.example/b.png", "bundle_id": "{bundle}"}
0 | POST /upload/video/direct | a.mp4 bytes
0 | POST /upload/image/direct | a.png bytes
0 | GET /webhooks/events
0 | POST /webhooks | {"url": "http://localhost:9900/hook", "events": ["bundle.created"]} | hook=/data/id
0 | GET /webhooks
0 | GET /webhooks/{hook}
0 | PATCH /webhooks/{hook} | {"enabled": true}
0 | POST /webhooks/{hook}/test
0 | GET /webhooks/{hook}/deliveries | - | delivery=/data/0/id
0 | POST /webhooks/{hook}/deliveries/{delivery}/retry
0 | DELETE /webhooks/{hook}
0 | POST /comments | {"saved_account_id": "{account}", "target_video_url": "https://www.tiktok.com/@chef/video/1", "comment_text": "One"} | task=/data/created/0/id
0 | GET /comments
0 | GET /comments/{task}
0 | DELETE /comments/{task}
0 | POST /comments | {"saved_account_id": "{account}", "target_video_url": "https://www.tiktok.com/@chef/video/1", "comment_text": "unmatched"} | task=/data/created/0/id
7 | GET /comments/{task}/verifications
0 | POST /comments/{task}/dispute | {"reason": "Not there"}
0 | POST /comments | {"saved_account_id": "{account}", "target_video_url": "https://www.tiktok.com/@chef/video/1", "comment_text": "unmatched too"} | task=/data/created/0/id
7 | POST /comments/{task}/approve
0 | GET /accounts?platform=instagram | - | insta=/data/0/id
0 | GET /account-bans
0 | GET /accounts/{account}
0 | GET /accounts/{account}/bundles
0 | PATCH /accounts/{account}/commenting-profile | {"goal": "g"}
0 | POST /accounts/{insta}/managed-subscription/cancel
0 | GET /accounts/{insta}/managed-subscription | - | credits=/data/reactivation_quote/credits until=/data/reactivation_quote/current_period_end lock=/data/reactivation_quote/lock_version
0 | POST /accounts/{insta}/managed-subscription/reactivate | {"expected_credits": "{credits}", "expected_current_period_end": "{until}", "expected_lock_version": "{lock}"}
0 | POST /accounts/{insta}/edit-request | {"requested_username": "new.name", "requested_visible_name": "New"}
0 | GET /accounts/{insta}/edit-request
0 | POST /accounts/{account}/rewarm | {"search_terms": ["one pot", "meal prep", "dinner"]}
0 | GET /accounts/{account}/warming-sessions | - | session=/data/0/id
0 | GET /warming-sessions/{session}
0 | POST /warming/generate-terms | {"text": "pasta"}
0 | GET /accounts/{account}/analytics/can-refresh
0 | POST /accounts/{account}/analytics/refresh | {}
0 | POST /analytics/accounts/{insta}/refresh | {}
0 | GET /analytics
0 | GET /analytics/contract
0 | GET /analytics/export/videos
0 | POST /analytics/export/reports | {}
0 | POST /analytics/export/reports/html | {}
0 | GET /analytics/series
0 | GET /analytics/accounts/{account} | - | post=/data/posts/0/tracked_post_id
0 | GET /analytics/accounts/{account}/raw
0 | GET /accounts/{account}/analytics
0 | GET /accounts/{account}/analytics/videos
0 | GET /videos/{live}/analytics
0 | POST /videos/{live}/ad-code-request | {}
0 | GET /videos/{live}/ad-code-request
0 | GET /analytics/comments
0 | GET /analytics/accounts/{account}/comments
0 | GET /analytics/posts/{post}/raw
0 | POST /accounts/{insta}/verification-code | {"acknowledge_support_forfeit": true, "policy_version": "managed-credential-reveal-v1"}
0 | POST /accounts/{insta}/reveal-credentials | {"acknowledge_support_forfeit": true, "policy_version": "managed-credential-reveal-v1"}
"##;

type Headers<'a> = &'a [(&'a str, &'a str)];

/// What was shown of an operation.
#[derive(Default)]
struct Shown {
    success: Option<u16>,
    error: String,
    read_key: String,
    dry_run: Option<u16>,
}

struct Walk {
    world: World,
    document: Document,
    found: BTreeMap<String, Value>,
    shown: BTreeMap<&'static str, Shown>,
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "the listing is what this test is read for"
)]
fn every_operation_succeeds_fails_is_refused_and_simulated() {
    let world = World::new();
    world.control(
        "/rate-limit",
        json!({ "size": 100_000, "refill_per_second": 1000 }),
    );
    world.control("/credits", json!({ "balance": 5000 }));
    let mut walk = Walk {
        world,
        document: Document::read(),
        found: BTreeMap::new(),
        shown: BTreeMap::new(),
    };
    for step in STEPS.trim().lines() {
        walk.take(step);
    }
    let mut missing = Vec::new();
    for operation in &OPERATIONS {
        let shown = walk.shown.remove(operation.id).unwrap_or_default();
        let line = [shown.error.as_str(), &shown.read_key].join("  ");
        println!(
            "{:40} {:?}  {line}  dry run {:?}",
            operation.id, shown.success, shown.dry_run
        );
        let write = operation.is_write();
        if shown.success.is_none() || shown.error.is_empty() || (write && shown.dry_run.is_none()) {
            missing.push(operation.id);
        }
    }
    assert!(missing.is_empty(), "not shown: {missing:?}");
}

impl Walk {
    /// Takes a step: the refusals first, then the dry run, then the call itself.
    fn take(&mut self, step: &str) {
        let mut parts = step.split(" | ").map(str::trim);
        let hours: i64 = parts.next().unwrap().parse().unwrap();
        let (method, template) = parts.next().unwrap().split_once(' ').unwrap();
        let body = parts.next().filter(|body| *body != "-").unwrap_or_default();
        let finds = parts.next().unwrap_or_default();
        if hours > 0 {
            self.world.hours(hours);
        }
        let (path, body) = (self.fill(template), self.fill(body));
        let Route::Found(operation, _) = route(method, path.split('?').next().unwrap()) else {
            panic!("{step} is no operation")
        };
        let error = self.main_error(operation, template, &body);
        let mut shown = Shown {
            error: error.refusal().1,
            ..Shown::default()
        };
        if operation.is_write() {
            let refused = self.send(operation, &path, &body, &[("x-api-key", &demo_read_key())]);
            refused.assert_refused(403, "AUTH_INSUFFICIENT_SCOPE");
            shown.read_key = refused.refusal().1;
            self.world.get("/platforms");
            let before = self.parts();
            let simulated = self.send(operation, &path, &body, &[("x-tokportal-dry-run", "true")]);
            let (answer, marker) = (&simulated.0, simulated.header("x-tokportal-dry-run"));
            assert!(
                answer.status().is_success() && marker == Some("true"),
                "{step}: {answer:?}"
            );
            assert_eq!(self.parts(), before, "{step}");
            shown.dry_run = Some(simulated.status());
        }
        let done = self.send(operation, &path, &body, &[]);
        assert!(done.0.status().is_success(), "{step}: {:?}", done.0);
        for (name, pointer) in finds.split(' ').filter_map(|find| find.split_once('=')) {
            let value = done.json().pointer(pointer).cloned().unwrap();
            self.found.insert(name.to_owned(), value);
        }
        shown.success = Some(done.status());
        self.shown.insert(operation.id, shown);
    }

    /// The error that the operation is known for: an unknown object, an unknown field, an unknown key.
    fn main_error(&self, operation: &Operation, template: &str, body: &str) -> Reply {
        if let Some((first, _)) = operation.path.split_once('{') {
            let rest = &template[first.len()..];
            let rest = rest.find('/').map_or("", |at| &rest[at..]);
            let path = self.fill(&format!("{first}{UNKNOWN}{rest}"));
            let reply = self.send(operation, &path, body, &[]);
            assert_eq!(reply.status(), 404, "{path}: {:?}", reply.0);
            return reply;
        }
        let (body, headers): (_, Headers<'_>) = match body.chars().next() {
            _ if !operation.is_write() => ("", &[("x-api-key", "sk_unknown")]),
            Some('{') => (r#"{"nonsense": true}"#, &[]),
            _ if template.contains("image") => ("a.mp4 a video", &[]),
            _ => ("a.png an image", &[]),
        };
        let reply = self.send(operation, operation.path, body, headers);
        assert!(reply.status() >= 400, "{template}: {:?}", reply.0);
        reply
    }

    fn send(&self, operation: &Operation, path: &str, body: &str, headers: Headers<'_>) -> Reply {
        let json = serde_json::from_str(body).ok();
        let reply = match body.split_once(' ') {
            Some((name, file)) if json.is_none() => {
                let (file, name) = (
                    file.replace(';', "\n"),
                    format!("name=file; filename=\"{name}\""),
                );
                let bundle = self.found["bundle"].as_str().unwrap();
                let parts = [("name=bundle_id", bundle), (name.as_str(), file.as_str())];
                let first = usize::from(!path.starts_with("/upload"));
                self.world.form(path, &parts[first..], headers)
            }
            _ => self.world.call_with(operation.method, path, json, headers),
        };
        self.document.assert_documents(operation, &reply);
        reply
    }

    /// The text with the values that its names stand for; `"{name}"` as a whole becomes the value itself.
    fn fill(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, value) in &self.found {
            if !value.is_string() {
                text = text.replace(&format!("\"{{{name}}}\""), &value.to_string());
            }
            text = text.replace(&format!("{{{name}}}"), value.as_str().unwrap_or_default());
        }
        (1..10).fold(text, |text, days| {
            text.replace(&format!("{{+{days}}}"), &super::world::day(days))
        })
    }

    /// The stored state of the demo workspace.
    fn parts(&self) -> Vec<crate::host::Row> {
        let all = "SELECT name, body FROM part WHERE workspace = 'person-alex' ORDER BY name";
        self.world.database(all)
    }
}
