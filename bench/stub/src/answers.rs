//! What the stub answers, in the shapes of `static/openapi.json`.

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, HeaderValue};
use serde_json::{Value, json};

/// The operation with the large answer: `GET /accounts`.
const LARGE: &str = "/accounts";
/// Accounts in the large answer, which make 100 kB.
const ACCOUNTS: u32 = 208;

pub(crate) struct Answers {
    small: Bytes,
    large: Bytes,
    introspection: Bytes,
    refusal: Bytes,
    unknown: Bytes,
}

impl Answers {
    pub(crate) fn new() -> Self {
        Self {
            small: text(&balance()),
            large: text(&accounts()),
            introspection: text(&json!({ "data": {
                "id": "6f2c1d0a-5b7e-4c39-8a41-2d9e7f60b3c8",
                "name": "Bench (MCP connector)",
                "scopes": ["*"],
                "environment": "production",
                "expires_at": null,
                "created_at": "2026-11-29T07:25:00Z",
            }})),
            refusal: error("UNAUTHORIZED", "Unknown API key."),
            unknown: error("NOT_FOUND", "No such path."),
        }
    }

    pub(crate) fn of(&self, operation: &str) -> Bytes {
        if operation == LARGE {
            self.large.clone()
        } else {
            self.small.clone()
        }
    }

    pub(crate) fn introspection(&self) -> Bytes {
        self.introspection.clone()
    }

    pub(crate) fn refusal(&self) -> Bytes {
        self.refusal.clone()
    }

    pub(crate) fn unknown(&self) -> Bytes {
        self.unknown.clone()
    }
}

/// The headers of an answer of the API, as the emulator sends them.
pub(crate) fn add_headers(headers: &mut HeaderMap, number: u64) {
    let fixed = [
        ("x-tokportal-api-version", "2026-11-01"),
        ("x-tokportal-api-stability", "stable"),
        ("x-ratelimit-limit", "120"),
        ("x-ratelimit-remaining", "119"),
        ("x-ratelimit-reset", "1796000000"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let id = format!("req_{number:032x}");
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert("x-tokportal-request-id", id);
    }
}

/// What the emulator answers for the credit balance: about 200 bytes.
fn balance() -> Value {
    json!({ "data": {
        "total_credits": 1240,
        "expiring_within_7_days": 40,
        "upcoming_expirations": [
            { "amount": 40, "expires_at": "2026-12-04T09:00:00Z", "source": "bonus" },
        ],
        "last_updated": "2026-11-30T08:15:00Z",
    }})
}

fn accounts() -> Value {
    let data: Vec<Value> = (0..ACCOUNTS).map(account).collect();
    json!({
        "data": data,
        "pagination": { "page": 1, "per_page": ACCOUNTS, "total": ACCOUNTS, "total_pages": 1 },
    })
}

fn account(number: u32) -> Value {
    let name = format!("everyday.finds.{number}");
    json!({
        "id": format!("3f2b8c1e-5d4a-4e6f-9a7b-{number:012x}"),
        "platform": "tiktok",
        "username": name,
        "visible_name": "Everyday Finds ✨",
        "biography": "Small things that make the day easier.\nNew finds every Tuesday & Friday.",
        "profile_picture_url": format!("https://media.tokportal.com/avatars/{name}.jpg"),
        "country": "US",
        "link_in_bio": null,
        "profile_url": format!("https://www.tiktok.com/@{name}"),
        "banned": false,
        "created_at": "2026-10-02T14:03:11Z",
        "updated_at": "2026-11-29T21:40:09Z",
    })
}

fn error(code: &str, message: &str) -> Bytes {
    text(&json!({ "error": { "code": code, "message": message } }))
}

fn text(value: &Value) -> Bytes {
    value.to_string().into()
}
