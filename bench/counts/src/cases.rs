//! The cases: which requests are counted, and in which world.

use crate::messages::{call, initialize, message, modern, narrowed, with_token, without_token};
use crate::outside;
use crate::sign_in::{self, Step};
use crate::world::{API_KEY_MODE, PORTAL_MODE, World};
use bytes::Bytes;
use http::header::ACCEPT_ENCODING;
use http::{HeaderValue, Request};
use serde_json::json;
use std::time::Duration;

/// Requests before those that are counted, so that caches are filled and collections have their size.
const WARM_UP: usize = 8;
/// Requests that are counted.
const COUNTED: usize = 32;

/// How many requests of a sign-in are counted; each needs a sign-in of its own.
const SIGN_INS: usize = 8;

pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) prepare: Box<dyn FnOnce() -> Run>,
}

/// What a case has prepared.
pub(crate) struct Run {
    pub(crate) world: World,
    warm_up: Vec<Request<Bytes>>,
    pub(crate) requests: Vec<Request<Bytes>>,
    /// The status that each request must be answered with.
    pub(crate) status: u16,
}

impl Run {
    /// Sends the requests that are not counted.
    pub(crate) fn warm_up(&self) {
        for request in &self.warm_up {
            let reply = self.world.send(request.clone());
            assert_eq!(reply.status().as_u16(), self.status, "{reply:?}");
            let body = String::from_utf8_lossy(reply.body());
            assert!(!body.contains(r#""isError":true"#), "{body}");
        }
    }
}

#[rustfmt::skip]
pub(crate) fn all() -> Vec<Case> {
    let bundle = || json!({"bundle_type": "account_only", "country": "USA", "dry_run": true, "idempotency_key": "order-1"});
    let filters = || json!({"page": 2, "per_page": 20, "status": "published", "bundle_type": "account_and_videos", "platform": "tiktok", "external_ref": "autumn 2026", "account_status": "published"});
    vec![
        same("list", API_KEY_MODE, || message("tools/list", json!({}))),
        same("list-gzip", API_KEY_MODE, || accepting_gzip(message("tools/list", json!({})))),
        same("list-read-only", API_KEY_MODE, || narrowed("readonly=1", "tools/list")),
        same("list-compact", API_KEY_MODE, || narrowed("mode=compact", "tools/list")),
        same("list-2026-07-28", API_KEY_MODE, || modern("tools/list", None, json!({}))),
        paced("list-with-introspection", || message("tools/list", json!({}))),
        same("list-introspection-kept", PORTAL_MODE, || message("tools/list", json!({}))),
        first("list-first", || message("tools/list", json!({}))),
        first("list-gzip-first", || accepting_gzip(message("tools/list", json!({})))),
        same("initialize", API_KEY_MODE, initialize),
        same("ping", API_KEY_MODE, || message("ping", json!({}))),
        same("call-small", API_KEY_MODE, || call("tokportal_get_credit_balance", json!({}))),
        same("call-large", API_KEY_MODE, || call("tokportal_list_bundles", json!({}))),
        same("call-with-arguments", API_KEY_MODE, move || call("tokportal_list_bundles", filters())),
        same("call-write", API_KEY_MODE, move || call("tokportal_create_bundle", bundle())),
        same("call-2026-07-28", API_KEY_MODE, || modern("tools/call", Some("tokportal_get_credit_balance"), json!({"name": "tokportal_get_credit_balance"}))),
        call_with_sealed_token(),
        first("call-first", || call("tokportal_get_credit_balance", json!({}))),
        Case { name: "refused", prepare: Box::new(|| repeated(World::new(API_KEY_MODE), without_token("tools/list"), 401)) },
        same("discovery", API_KEY_MODE, || get("/.well-known/oauth-authorization-server")),
        sign_in_step("authorize", API_KEY_MODE, Step::Authorize, 303),
        sign_in_step("consent-page", API_KEY_MODE, Step::Page, 200),
        sign_in_step("consent", API_KEY_MODE, Step::Consent, 200),
        sign_in_step("token", API_KEY_MODE, Step::Token, 200),
        sign_in_step("portal-authorize", PORTAL_MODE, Step::Authorize, 302),
        sign_in_step("portal-callback", PORTAL_MODE, Step::Callback, 303),
        sign_in_step("portal-consent-page", PORTAL_MODE, Step::Page, 200),
        sign_in_step("portal-consent", PORTAL_MODE, Step::Consent, 200),
        sign_in_step("portal-token", PORTAL_MODE, Step::Token, 200),
    ]
}

fn accepting_gzip(mut request: Request<Bytes>) -> Request<Bytes> {
    let gzip = HeaderValue::from_static("gzip, deflate");
    request.headers_mut().insert(ACCEPT_ENCODING, gzip);
    request
}

type Variables = &'static [(&'static str, &'static str)];

/// The same request again and again, to one instance.
fn same(
    name: &'static str,
    variables: Variables,
    request: impl Fn() -> Request<Bytes> + 'static,
) -> Case {
    let prepare = move || repeated(World::new(variables), request(), 200);
    Case {
        name,
        prepare: Box::new(prepare),
    }
}

/// The same, where the answer of each introspection has expired when the next request comes.
fn paced(name: &'static str, request: impl Fn() -> Request<Bytes> + 'static) -> Case {
    let prepare = move || {
        let mut world = World::new(PORTAL_MODE);
        world.pace = Duration::from_secs(6);
        repeated(world, request(), 200)
    };
    Case {
        name,
        prepare: Box::new(prepare),
    }
}

/// The first request of a process, which has neither a configuration nor caches, as on a host with an instance for each
/// request.
fn first(name: &'static str, request: impl Fn() -> Request<Bytes> + 'static) -> Case {
    let prepare = move || {
        outside::prepare();
        Run {
            world: World::new(API_KEY_MODE),
            warm_up: Vec::new(),
            requests: vec![request()],
            status: 200,
        }
    };
    Case {
        name,
        prepare: Box::new(prepare),
    }
}

/// A call with the token that a sign-in with a pasted key gives: a sealed key.
fn call_with_sealed_token() -> Case {
    let prepare = || {
        let world = World::new(API_KEY_MODE);
        let token = sign_in::token(&world);
        let params = json!({"name": "tokportal_get_credit_balance", "arguments": {}});
        let request = with_token(&token, "tools/call", params);
        repeated(world, request, 200)
    };
    Case {
        name: "call-with-sealed-token",
        prepare: Box::new(prepare),
    }
}

/// One step of sign-ins that have come so far.
fn sign_in_step(name: &'static str, variables: Variables, step: Step, status: u16) -> Case {
    let prepare = move || {
        outside::prepare();
        let world = World::new(variables);
        let client_id = sign_in::register(&world);
        let mut requests: Vec<_> = (0..SIGN_INS + 2)
            .map(|_| sign_in::request_of(step, &world, &client_id))
            .collect();
        Run {
            warm_up: requests.split_off(SIGN_INS),
            requests,
            world,
            status,
        }
    };
    Case {
        name,
        prepare: Box::new(prepare),
    }
}

fn repeated(world: World, request: Request<Bytes>, status: u16) -> Run {
    outside::prepare();
    Run {
        world,
        warm_up: vec![request.clone(); WARM_UP],
        requests: vec![request; COUNTED],
        status,
    }
}

fn get(path: &str) -> Request<Bytes> {
    let request = Request::get(path).header("host", "mcp.example.com");
    request.body(Bytes::new()).expect("a valid request")
}
