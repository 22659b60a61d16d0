//! What the API and the portal answer.

use crate::portal::Portal;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use serde_json::{Value, json};
use std::sync::LazyLock;

/// 194 bytes.
const BALANCE: &str = r#"{"data":{"total_credits":1250,"expiring_within_7_days":200,"upcoming_expirations":[{"amount":200,"expires_at":"2026-09-28T00:00:00Z","source":"purchase"}],"last_updated":"2026-09-21T14:13:20Z"}}"#;
const ORDERED: &str = r#"{"data":{"id":"0b5d4a1e-6c1f-4d3e-9a55-0d6a2c1f7e10","bundle_type":"account_only","status":"pending_setup"},"credits_charged":0,"credits_remaining":1250}"#;
const PERSON: &str = r#"{"data":{"id":"person-1","scopes":["*"]}}"#;

/// A page of two orders.
static SMALL_LIST: LazyLock<Bytes> = LazyLock::new(|| list(2));
/// 100 kB of orders.
static LARGE_LIST: LazyLock<Bytes> = LazyLock::new(|| list(218));

fn list(count: u32) -> Bytes {
    let orders: Vec<Value> = (0..count).map(order).collect();
    let pages = json!({"page": 1, "per_page": 250, "total": count, "total_pages": 1});
    let body = json!({"data": orders, "pagination": pages});
    Bytes::from(body.to_string())
}

fn order(number: u32) -> Value {
    let id = format!("0b5d4a1e-6c1f-4d3e-9a55-{number:012x}");
    json!({
        "id": id, "bundle_id": id, "bundle_type": "account_and_videos", "platform": "tiktok", "country": "FR",
        "status": "published", "title": format!("Autumn \"drop\" {number}"), "external_ref": null, "videos_quantity": 4,
        "edits_quantity": 0, "is_published": true, "account_configured": true, "videos_configured_count": 3,
        "account_status": "published", "username": format!("café_{number}"), "created_at": "2026-09-21T14:13:20Z",
    })
}

/// Builds what must not be built while requests are counted.
pub(crate) fn prepare() {
    LazyLock::force(&SMALL_LIST);
    LazyLock::force(&LARGE_LIST);
}

pub(crate) fn answer(portal: &Portal, request: &Request<Bytes>) -> Response<Bytes> {
    let uri = request.uri();
    if uri.host() != Some("api.example") {
        return portal.answer(request);
    }
    match (request.method(), uri.path()) {
        (&Method::GET, "/api/ext/credits/balance") => {
            of_api(200, Bytes::from_static(BALANCE.as_bytes()))
        }
        (&Method::GET, "/api/ext/bundles") => of_api(200, orders(uri)),
        (&Method::POST, "/api/ext/bundles") => of_api(201, Bytes::from_static(ORDERED.as_bytes())),
        (&Method::GET, "/api/ext/me") => of_api(200, Bytes::from_static(PERSON.as_bytes())),
        (method, _) => panic!("unexpected {method} {uri}"),
    }
}

fn orders(uri: &Uri) -> Bytes {
    let list = match uri.query() {
        None => &LARGE_LIST,
        Some(_) => &SMALL_LIST,
    };
    Bytes::clone(list)
}

/// The names and values are constants, so that making the answer takes few of the instructions that are counted.
fn of_api(status: u16, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    for (name, value) in [
        ("content-type", "application/json; charset=utf-8"),
        ("date", "Mon, 21 Sep 2026 14:13:20 GMT"),
        ("x-request-id", "req_0123456789abcdef"),
        ("x-ratelimit-limit", "120"),
        ("x-ratelimit-remaining", "119"),
        ("x-ratelimit-reset", "1790000060"),
    ] {
        let (name, value) = (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
        response.headers_mut().insert(name, value);
    }
    response
}
