//! What happens to every request of the REST API around its handler, in this order: request id, route, key, bucket,
//! scope, idempotency key, body, document rules, replay, dry run, handler, write, log.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde_json::Value;

use crate::answer::{Answer, Body};
use crate::decisions::{
    API_VERSION, DRY_RUN_HEADER, EXPIRED_KEY_CODE, JSON_BODY_MAX, REQUEST_ID_MAX, SCOPE_CODE,
    VALIDATION_CODE,
};
use crate::error::{ApiError, Code};
use crate::host::{Host, SqlError};
use crate::operations::{self, Idempotency, Operation, Route};
use crate::people::{self, PEOPLE, Person};
use crate::request::{Context, Request};
use crate::schema::{self, Problem};
use crate::store::keys::{Admission, admit};
use crate::store::settings::{self, Settings};
use crate::store::{log, workspaces};
use crate::{dry_run, idempotency};

/// How often a write is tried again after somebody else's came first.
const WRITE_TRIES: u32 = 200;

/// One request of the API, as it came in.
#[derive(Debug)]
pub struct Incoming<'a> {
    /// HTTP method.
    pub method: &'a str,
    /// Path below `/api/ext`.
    pub path: &'a str,
    /// Query string without the question mark.
    pub query: &'a str,
    /// Headers.
    pub headers: &'a HeaderMap,
    /// Body.
    pub body: &'a Bytes,
}

/// What an answer says besides its body: who asked, and what the bucket holds.
#[derive(Debug, Default)]
struct Trail {
    admission: Option<Admission>,
    settings: Option<Settings>,
    now: i64,
    operation: Option<&'static Operation>,
    dry_run: bool,
    replayed: bool,
}

/// Why there is no answer.
enum Failure {
    /// The request is refused.
    Api(ApiError),
    /// The database failed.
    Sql(SqlError),
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<SqlError> for Failure {
    fn from(error: SqlError) -> Self {
        Self::Sql(error)
    }
}

/// Answers one request of the REST API.
pub async fn answer(host: &impl Host, incoming: Incoming<'_>) -> Response<Bytes> {
    let request_id = request_id(host, incoming.headers);
    if incoming.method == "OPTIONS" {
        return dress(
            Answer {
                status: 204,
                body: Body::Empty,
                headers: preflight(),
                charge: None,
            },
            &Trail::default(),
            &request_id,
        );
    }
    let mut trail = Trail::default();
    let answer = match run(host, &incoming, &mut trail).await {
        Ok(answer) => answer,
        Err(Failure::Api(error)) => refusal(&error),
        Err(Failure::Sql(error)) => {
            eprintln!("{request_id}: {}", error.0);
            refusal(&ApiError::new(
                Code::InternalError,
                "The emulator failed. Its log names this request id.",
            ))
        }
    };
    if let (Some(admission), Some(operation)) = (&trail.admission, trail.operation) {
        let entry = log::Entry {
            at: trail.now,
            operation: operation.id.to_owned(),
            method: incoming.method.to_owned(),
            path: format!("/api/ext{}", incoming.path),
            status: answer.status.into(),
            request_id: request_id.clone(),
            client: header(incoming.headers, "x-tokportal-client").map(str::to_owned),
        };
        if let Err(error) = log::note(host, &admission.key.id, admission.number, entry).await {
            eprintln!("{request_id}: not logged: {}", error.0);
        }
    }
    dress(answer, &trail, &request_id)
}

async fn run(
    host: &impl Host,
    incoming: &Incoming<'_>,
    trail: &mut Trail,
) -> Result<Answer, Failure> {
    let (operation, path) = match operations::route(incoming.method, incoming.path) {
        Route::Found(operation, path) => (operation, path),
        Route::OtherMethods(methods) => {
            let mut answer = refusal(&ApiError::new(
                Code::MethodNotAllowed,
                "This path does not take this method.",
            ));
            answer.headers.push(("allow", methods.join(", ")));
            return Ok(answer);
        }
        Route::Unknown => {
            return Err(ApiError::new(Code::NotFound, "The API has no such path.").into());
        }
    };
    trail.operation = Some(operation);
    let settings = settings::load(host).await?;
    trail.settings = Some(settings);
    trail.now = settings.now(host);
    let person = authenticate(host, operation, incoming.headers, &settings, trail).await?;

    let key = header(incoming.headers, "idempotency-key");
    let key = match operation.idempotency {
        Idempotency::NotApplicable => None,
        Idempotency::Standard => idempotency::check_key(key)?,
        Idempotency::Refused if key.is_some() => {
            return Err(ApiError::new(
                Code::IdempotencyKeyRefused,
                "The answer of this operation holds a secret and is never stored, so it takes no Idempotency-Key.",
            )
            .into());
        }
        Idempotency::Refused => None,
    };
    trail.dry_run =
        operation.is_write() && header(incoming.headers, DRY_RUN_HEADER) == Some("true");
    let request = checked(operation, path, incoming)?;
    if !trail.dry_run {
        dry_run::refuse_synthetic_ids(&request)?;
    }

    let key_record = trail
        .admission
        .as_ref()
        .map(|admission| admission.key.clone());
    let context = Context::new(trail.now, trail.dry_run, key_record, person, host.random());
    // A dry run neither replays nor keeps: it has no effect that could be doubled.
    let key = key.filter(|_| !trail.dry_run).map(|key| {
        let target = format!("{}?{}", incoming.path, incoming.query);
        (
            key,
            idempotency::fingerprint(incoming.method, &target, incoming.body),
        )
    });
    let _turn = if operation.is_write() && !trail.dry_run {
        Some(workspaces::turn(host).await)
    } else {
        None
    };
    for attempt in 0..WRITE_TRIES {
        let workspaces::Loaded {
            mut workspace,
            version,
        } = workspaces::load(host, person.id).await?;
        let settled = workspace.settle(context.now);
        if let Some((key, fingerprint)) = &key
            && let Some(record) = workspace.idempotency.find(key, fingerprint)?
        {
            trail.replayed = true;
            return Ok(replay(record));
        }
        if trail.dry_run {
            dry_run::stand_in(&mut workspace, &request, context.now);
        }
        let mut answer = (operation.handler)(&mut workspace, &request, &context)?;
        account_for(&mut answer, &context, workspace.credits.balance());
        if trail.dry_run {
            return Ok(answer);
        }
        if !operation.is_write() {
            // What time brought is kept if nobody else writes just now; otherwise the next request brings it again.
            if settled {
                workspaces::replace(host, version, &workspace).await?;
            }
            return Ok(answer);
        }
        if let Some((key, fingerprint)) = &key {
            let body = answer.bytes();
            workspace.idempotency.keep(
                key,
                fingerprint,
                context.now,
                answer.status,
                answer.content_type(),
                &body,
            );
        }
        if workspaces::replace(host, version, &workspace).await? {
            return Ok(answer);
        }
        // Other instances write too: step back by a random time that grows with the crowd.
        let spread = u64::from(attempt.min(15) + 1) * 2;
        host.pause(1 + u64::from(host.random()[0]) % spread).await;
    }
    Err(ApiError::new(
        Code::StateBusy,
        "Too many writes at once. Nothing happened.",
    )
    .retry_after(1)
    .into())
}

/// Finds the key and its owner, takes a token from the bucket and compares the scope.
async fn authenticate(
    host: &impl Host,
    operation: &Operation,
    headers: &HeaderMap,
    settings: &Settings,
    trail: &mut Trail,
) -> Result<&'static Person, Failure> {
    let secret = match (key_of(headers), operation.scope) {
        (None, None) => return Ok(&PEOPLE[0]),
        (None, Some(_)) => {
            return Err(ApiError::new(
                Code::AuthMissingKey,
                "Send your API key in the X-API-Key header.",
            )
            .into());
        }
        (Some(secret), _) => secret,
    };
    let invalid = || ApiError::new(Code::AuthInvalidKey, "This API key is not known.");
    if !is_key(secret) {
        return Err(invalid().into());
    }
    let client = header(headers, "x-tokportal-client");
    let admission = admit(host, settings, secret, client)
        .await?
        .ok_or_else(invalid)?;
    let person = people::by_id(&admission.key.workspace).ok_or_else(invalid)?;
    let Admission {
        key,
        admitted,
        level,
        ..
    } = trail.admission.insert(admission);
    if key.revoked_at.is_some() {
        return Err(ApiError::new(Code::AuthRevokedKey, "This API key was revoked.").into());
    }
    if !key.is_live(trail.now) {
        return Err(ApiError::new(EXPIRED_KEY_CODE, "This API key has expired.").into());
    }
    if !*admitted {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a small positive number of seconds"
        )]
        let seconds = ((1.0 - *level) / settings.bucket_refill.max(0.001))
            .ceil()
            .max(1.0) as u64;
        return Err(
            ApiError::new(Code::RateLimitExceeded, "Too many requests with this key.")
                .retry_after(seconds)
                .into(),
        );
    }
    match operation.scope {
        Some(scope) if !key.allows(scope) => Err(ApiError::new(
            SCOPE_CODE,
            format!(
                "This key has the scope {}; the operation needs {scope}.",
                key.scopes
            ),
        )
        .with("required_scope", scope)
        .with("scopes", key.scopes.split(' ').collect::<Vec<_>>())
        .into()),
        _ => Ok(person),
    }
}

/// Parses the request and checks it by the document.
fn checked(
    operation: &'static Operation,
    path: Vec<(&'static str, String)>,
    incoming: &Incoming<'_>,
) -> Result<Request, ApiError> {
    let rules = schema::of_operation(operation.id);
    let mut problems = Vec::new();
    let query = rules
        .map(|rules| schema::check_query(&rules.query, incoming.query, &mut problems))
        .unwrap_or_default();
    let content_type = header(incoming.headers, "content-type")
        .unwrap_or_default()
        .to_owned();
    let mut body = Value::Null;
    if let Some(rules) = rules.and_then(|rules| rules.body.as_ref()) {
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        if incoming.body.is_empty() {
            if rules.required {
                problems.push(Problem {
                    field: String::new(),
                    message: "is required".into(),
                    unknown_field: false,
                });
            }
        } else if !media_type.eq_ignore_ascii_case(&rules.content_type) {
            return Err(ApiError::new(
                Code::UnsupportedMediaType,
                format!(
                    "This operation takes {}, not {media_type:?}.",
                    rules.content_type
                ),
            ));
        } else if rules.content_type == "application/json" {
            body = parse(incoming.body)?;
            if let Some(precheck) = operation.precheck {
                precheck(&body)?;
            }
            rules.schema.check(&mut body, "", &mut problems);
        }
    }
    if !problems.is_empty() {
        return Err(violation(&problems));
    }
    Ok(Request {
        path,
        query,
        body,
        raw: incoming.body.clone(),
        content_type,
    })
}

fn parse(body: &Bytes) -> Result<Value, ApiError> {
    if body.len() > JSON_BODY_MAX {
        return Err(ApiError::new(
            Code::PayloadTooLarge,
            format!("A JSON body has at most {JSON_BODY_MAX} bytes."),
        ));
    }
    serde_json::from_slice(body).map_err(|error| {
        ApiError::new(Code::InvalidJson, format!("The body is not JSON: {error}."))
    })
}

fn violation(problems: &[Problem]) -> ApiError {
    let unknown = problems.iter().find(|problem| problem.unknown_field);
    let code = if unknown.is_some() {
        Code::UnknownField
    } else {
        VALIDATION_CODE
    };
    let sentence = |problem: &Problem| {
        let field = if problem.field.is_empty() {
            "the body"
        } else {
            &problem.field
        };
        format!("{field} {}", problem.message)
    };
    let fields: Vec<Value> = problems
        .iter()
        .map(|problem| serde_json::json!({ "field": problem.field, "message": problem.message }))
        .collect();
    let first = unknown
        .or(problems.first())
        .map(sentence)
        .unwrap_or_default();
    ApiError::new(code, format!("The request is not valid: {first}.")).with("fields", fields)
}

/// Adds what the call cost, or would have cost.
fn account_for(answer: &mut Answer, context: &Context, balance: i64) {
    let charge = answer.charge.take();
    let Body::Json(members) = &mut answer.body else {
        return;
    };
    if context.dry_run {
        // The copy has paid; the workspace has not.
        let unpaid = balance + charge.as_ref().map_or(0, |charge| charge.cost.total());
        dry_run::mark(members, charge.as_ref(), unpaid);
    } else if let Some(charge) = charge {
        members.insert("credits_charged".into(), charge.cost.total().into());
        members.insert("credits_remaining".into(), balance.into());
        members.insert("cost_breakdown".into(), charge.cost.to_json());
    }
}

fn replay(record: &idempotency::Record) -> Answer {
    let body = match record.content_type.as_deref() {
        Some("application/json") => {
            serde_json::from_str(&record.body).map_or(Body::Empty, Body::Json)
        }
        Some("text/html") => Body::Text("text/html", record.body.clone()),
        Some(_) => Body::Text("text/plain", record.body.clone()),
        None => Body::Empty,
    };
    Answer {
        status: record.status,
        body,
        headers: Vec::new(),
        charge: None,
    }
}

fn refusal(error: &ApiError) -> Answer {
    let mut answer = Answer::json(error.status().as_u16(), error.envelope());
    if let Some(seconds) = error.retry_after {
        answer.headers.push(("retry-after", seconds.to_string()));
    }
    answer
}

/// Turns an answer into an HTTP response with the headers that are on every one.
fn dress(answer: Answer, trail: &Trail, request_id: &str) -> Response<Bytes> {
    let body = answer.bytes();
    let mut response = Response::new(Bytes::new());
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    set("x-tokportal-api-version", API_VERSION);
    set("x-tokportal-api-stability", "stable");
    set("x-tokportal-request-id", request_id);
    set("access-control-allow-origin", "*");
    set("cache-control", "no-store");
    if let Some(media_type) = answer.content_type() {
        set("content-type", media_type);
    }
    if let (Some(admission), Some(settings)) = (&trail.admission, &trail.settings) {
        let missing = settings.bucket_size - admission.level;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "seconds until the bucket is full"
        )]
        let reset = trail.now / 1000 + (missing / settings.bucket_refill.max(0.001)).ceil() as i64;
        set("x-ratelimit-limit", &format!("{:.0}", settings.bucket_size));
        set(
            "x-ratelimit-remaining",
            &format!("{:.0}", admission.level.floor()),
        );
        set("x-ratelimit-reset", &reset.to_string());
    }
    if trail.dry_run {
        set(DRY_RUN_HEADER, "true");
    }
    if trail.replayed {
        set("idempotent-replayed", "true");
    }
    for (name, value) in &answer.headers {
        set(name, value);
    }
    *response.body_mut() = body;
    response
}

fn preflight() -> Vec<(&'static str, String)> {
    vec![
        ("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE".to_owned()),
        (
            "access-control-allow-headers",
            "authorization, content-type, idempotency-key, x-api-key, x-request-id, x-tokportal-client, x-tokportal-dry-run"
                .to_owned(),
        ),
        ("access-control-max-age", "86400".to_owned()),
    ]
}

fn request_id(host: &impl Host, headers: &HeaderMap) -> String {
    let safe = |id: &&str| {
        (1..=REQUEST_ID_MAX).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
    };
    header(headers, "x-request-id")
        .filter(safe)
        .map_or_else(|| fresh_request_id(host), str::to_owned)
}

/// `req_` and 32 hexadecimal digits.
pub fn fresh_request_id(host: &impl Host) -> String {
    format!(
        "req_{}",
        data_encoding::HEXLOWER.encode(&host.random()[..16])
    )
}

/// The key of a request: `X-API-Key`, or a Bearer token.
fn key_of(headers: &HeaderMap) -> Option<&str> {
    header(headers, "x-api-key")
        .or_else(|| bearer(headers))
        .filter(|key| !key.is_empty())
}

/// The Bearer token of a request (RFC 6750, section 2.1).
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = header(headers, "authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// `sk_` and 64 lowercase hexadecimal digits.
pub fn is_key(text: &str) -> bool {
    text.strip_prefix("sk_").is_some_and(|digits| {
        digits.len() == 64
            && digits
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// A header as text.
pub fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
