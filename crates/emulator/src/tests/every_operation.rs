//! Every operation once: refused with a read-only key, with its main error, simulated without a trace, and done. Every
//! answer is compared with the document. What is not shown for an operation is printed, and fails.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::contract::Document;
use super::script::Known;
use super::world::{Reply, World};
use crate::contract::{OPERATIONS, Operation, Route, route};
use crate::people::demo_read_key;

const UNKNOWN: &str = "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b";

/// The calls, as in [`super::script`]. A body that is a text is the file of a form: its name and its content.
const STEPS: &str = r##"
GET /me
PATCH /me {"niche": "food"}
GET /countries
GET /platforms
GET /credit-costs
GET /credits/balance
GET /credits/history
GET /bundles?status=completed&platform=tiktok >> done=/data/0/id account=/data/0/saved_account_id
GET /bundles/{done}/videos >> live=/data/0/id
POST /bundles {"bundle_type": "account_and_videos", "country": "FR", "videos_quantity": 2, "wants_advanced_warming": true, "advanced_warming_terms_count": 3, "auto_finalize_videos": false} >> bundle=/data/id
POST /bundles/bulk {"platforms": ["tiktok"], "country": "FR", "accounts_count": 1}
GET /bundles
GET /bundles/{bundle}
PATCH /bundles/{bundle} {"title": "T"}
POST /bundles/{bundle}/add-video-slots {"quantity": 2}
POST /bundles/{bundle}/add-edit-slots {"quantity": 1}
GET /bundles/{bundle}/account
PUT /bundles/{bundle}/account {"username": "a.b", "visible_name": "A", "biography": "B", "profile_picture_url": "p.jpg"}
PUT /bundles/{bundle}/warming-terms {"advanced_warming_terms": ["one pot", "meal prep", "easy dinner"]}
GET /bundles/{bundle}/videos
PUT /bundles/{bundle}/videos/batch {"videos": [{"position": 1, "video_type": "video", "target_publish_date": "{+4}", "description": "A caption", "video_url": "https://m.example/a.mp4"}]}
GET /bundles/{bundle}/videos/1
POST /bundles/{bundle}/videos/1/reset
PUT /bundles/{bundle}/videos/1 {"video_type": "video", "target_publish_date": "{+4}", "description": "A caption", "video_url": "https://m.example/a.mp4"}
PATCH /bundles/{bundle}/videos/1 {"target_publish_start_date": "{+5}", "target_publish_end_date": "{+6}"}
PUT /bundles/{bundle}/videos/2 {"video_type": "video", "target_publish_date": "{+4}", "description": "A caption", "video_url": "https://m.example/a.mp4"}
POST /bundles/{bundle}/videos/import-csv "a.csv position,video_type,target_publish_date,description,video_url\n4,video,{+7},A caption,https://m.example/a.mp4\n"
GET /bundles/{bundle}/publish-readiness
POST /bundles/{bundle}/publish
POST /bundles/{bundle}/unpublish
POST /bundles/{bundle}/publish
1h PUT /bundles/{bundle}/videos/3 {"video_type": "video", "target_publish_date": "{+4}", "description": "A caption", "video_url": "https://m.example/a.mp4"}
POST /bundles/{bundle}/videos/3/publish
POST /bundles/{bundle}/videos/publish-all
POST /bundles/{bundle}/videos/3/unschedule
POST /bundles/{bundle}/videos/1/fix-download {"video_url": "https://m.example/b.mp4"}
24h POST /bundles/{bundle}/account/corrections {"comment": "Once more"}
12h POST /bundles/{bundle}/account/finalize
72h POST /bundles/{bundle}/videos/2/corrections {"comment": "Once more"}
12h POST /bundles/{bundle}/videos/2/finalize
POST /upload/video {"filename": "a.mp4", "bundle_id": "{bundle}"}
POST /upload/image {"filename": "a.png", "content_type": "image/png", "bundle_id": "{bundle}"}
POST /upload/image/from-url {"url": "https://a.example/b.png", "bundle_id": "{bundle}"}
POST /upload/video/direct "a.mp4 bytes"
POST /upload/image/direct "a.png bytes"
GET /webhooks/events
POST /webhooks {"url": "http://localhost:9900/hook", "events": ["bundle.created"]} >> hook=/data/id
GET /webhooks
GET /webhooks/{hook}
PATCH /webhooks/{hook} {"enabled": true}
POST /webhooks/{hook}/test
GET /webhooks/{hook}/deliveries >> delivery=/data/0/id
POST /webhooks/{hook}/deliveries/{delivery}/retry
DELETE /webhooks/{hook}
POST /comments {"saved_account_id": "{account}", "target_video_url": "https://www.tiktok.com/@chef/video/1", "comment_text": "One"} >> task=/data/created/0/id
GET /comments
GET /comments/{task}
DELETE /comments/{task}
POST /comments {"saved_account_id": "{account}", "target_video_url": "https://www.tiktok.com/@chef/video/1", "comment_text": "unmatched"} >> task=/data/created/0/id
7h GET /comments/{task}/verifications
POST /comments/{task}/dispute {"reason": "Not there"}
POST /comments {"saved_account_id": "{account}", "target_video_url": "https://www.tiktok.com/@chef/video/1", "comment_text": "unmatched too"} >> task=/data/created/0/id
7h POST /comments/{task}/approve
GET /accounts?platform=instagram >> insta=/data/0/id
GET /account-bans
GET /accounts/{account}
GET /accounts/{account}/bundles
PATCH /accounts/{account}/commenting-profile {"goal": "g"}
POST /accounts/{insta}/managed-subscription/cancel
GET /accounts/{insta}/managed-subscription >> credits=/data/reactivation_quote/credits until=/data/reactivation_quote/current_period_end lock=/data/reactivation_quote/lock_version
POST /accounts/{insta}/managed-subscription/reactivate {"expected_credits": {credits}, "expected_current_period_end": "{until}", "expected_lock_version": {lock}}
POST /accounts/{insta}/edit-request {"requested_username": "new.name", "requested_visible_name": "New"}
GET /accounts/{insta}/edit-request
POST /accounts/{account}/rewarm {"search_terms": ["one pot", "meal prep", "dinner"]}
GET /accounts/{account}/warming-sessions >> session=/data/0/id
GET /warming-sessions/{session}
POST /warming/generate-terms {"text": "pasta"}
GET /accounts/{account}/analytics/can-refresh
POST /accounts/{account}/analytics/refresh {}
POST /analytics/accounts/{insta}/refresh {}
GET /analytics
GET /analytics/contract
GET /analytics/export/videos
POST /analytics/export/reports {}
POST /analytics/export/reports/html {}
GET /analytics/series
GET /analytics/accounts/{account} >> post=/data/posts/0/tracked_post_id
GET /analytics/accounts/{account}/raw
GET /accounts/{account}/analytics
GET /accounts/{account}/analytics/videos
GET /videos/{live}/analytics
POST /videos/{live}/ad-code-request {}
GET /videos/{live}/ad-code-request
GET /analytics/comments
GET /analytics/accounts/{account}/comments
GET /analytics/posts/{post}/raw
POST /accounts/{insta}/verification-code {"acknowledge_support_forfeit": true, "policy_version": "managed-credential-reveal-v1"}
POST /accounts/{insta}/reveal-credentials {"acknowledge_support_forfeit": true, "policy_version": "managed-credential-reveal-v1"}
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
    known: Known,
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
        known: Known::default(),
        shown: BTreeMap::new(),
    };
    for line in STEPS.trim().lines() {
        walk.take(line);
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
    fn take(&mut self, line: &str) {
        let step = self.known.read(line, &[]);
        if step.hours > 0 {
            self.world.hours(step.hours);
        }
        let (path, body) = (step.path.as_str(), step.body.as_ref());
        let Route::Found(operation, _) = route(&step.method, path.split('?').next().unwrap())
        else {
            panic!("{line} is no operation")
        };
        let error = self.main_error(operation, path, body);
        let mut shown = Shown {
            error: error.refusal().1,
            ..Shown::default()
        };
        if operation.is_write() {
            let refused = self.send(operation, path, body, &[("x-api-key", &demo_read_key())]);
            refused.assert_refused(403, "AUTH_INSUFFICIENT_SCOPE");
            shown.read_key = refused.refusal().1;
            self.world.get("/platforms");
            let before = self.parts();
            let simulated = self.send(operation, path, body, &[("x-tokportal-dry-run", "true")]);
            let (answer, marker) = (&simulated.0, simulated.header("x-tokportal-dry-run"));
            assert!(
                answer.status().is_success() && marker == Some("true"),
                "{line}: {answer:?}"
            );
            assert_eq!(self.parts(), before, "{line}");
            shown.dry_run = Some(simulated.status());
        }
        let done = self.send(operation, path, body, &[]);
        assert!(done.0.status().is_success(), "{line}: {:?}", done.0);
        self.known.keep(&step, &done);
        shown.success = Some(done.status());
        self.shown.insert(operation.id, shown);
    }

    /// The error that the operation is known for: an unknown object, an unknown field, an unknown key.
    fn main_error(&self, operation: &Operation, path: &str, body: Option<&Value>) -> Reply {
        if let Some((first, _)) = operation.path.split_once('{') {
            let rest = &path[first.len()..];
            let rest = rest.find('/').map_or("", |at| &rest[at..]);
            let path = format!("{first}{UNKNOWN}{rest}");
            let reply = self.send(operation, &path, body, &[]);
            assert_eq!(reply.status(), 404, "{path}: {:?}", reply.0);
            return reply;
        }
        let wrong = match body {
            Some(Value::Object(_)) => json!({ "nonsense": true }),
            _ if path.contains("image") => json!("a.mp4 a video"),
            _ => json!("a.png an image"),
        };
        let (body, headers): (_, Headers<'_>) = match operation.is_write() {
            true => (Some(&wrong), &[]),
            false => (None, &[("x-api-key", "sk_unknown")]),
        };
        let reply = self.send(operation, operation.path, body, headers);
        assert!(reply.status() >= 400, "{path}: {:?}", reply.0);
        reply
    }

    fn send(
        &self,
        operation: &Operation,
        path: &str,
        body: Option<&Value>,
        headers: Headers<'_>,
    ) -> Reply {
        let reply = match body {
            Some(Value::String(text)) => {
                let (name, file) = text.split_once(' ').unwrap();
                let name = format!("name=file; filename=\"{name}\"");
                let parts = [("name=bundle_id", &*self.known.0["bundle"]), (&*name, file)];
                let first = usize::from(!path.starts_with("/upload"));
                self.world.form("x", path, &parts[first..], headers)
            }
            body => {
                let method = operation.method;
                self.world.call_with(method, path, body.cloned(), headers)
            }
        };
        self.document.assert_documents(operation, &reply);
        reply
    }

    /// The stored state of the demo workspace.
    fn parts(&self) -> Vec<crate::host::Row> {
        let all = "SELECT name, body FROM part WHERE workspace = 'person-alex' ORDER BY name";
        self.world.database(all)
    }
}
