//! What happens to every request of the REST API around its handler, in this order: request id, route, key, bucket,
//! scope, idempotency key, body, document rules, replay, dry run, handler, write, log.

mod admission;
mod checks;
mod response;

use bytes::Bytes;
use http::{HeaderMap, Response};

pub use self::admission::{bearer, header, is_key};
use self::response::{account_for, dress, preflight, refusal, replay};
use crate::answer::{Answer, Body};
use crate::decisions::{DRY_RUN_HEADER, REQUEST_ID_MAX};
use crate::error::{ApiError, Code};
use crate::faults::{self, Fault};
use crate::host::{Host, SqlError};
use crate::operations::{Idempotency, Operation};
use crate::request::Context;
use crate::routes::{Route, route};
use crate::store::keys::Admission;
use crate::store::settings::{self, Settings};
use crate::store::workspaces::{self, Unchanged};
use crate::store::{files, log};
use crate::workspace::Workspace;
use crate::{deliveries, dry_run, idempotency};

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
    /// The workspace that has something to send.
    sends: Option<&'static str>,
    fault: Option<Fault>,
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
                file: None,
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
    if let Some(workspace) = trail.sends
        && let Err(error) = deliveries::send(host, workspace, trail.now).await
    {
        eprintln!("{request_id}: webhooks: {}", error.0);
    }
    let mut response = dress(answer, &trail, &request_id);
    if let Some(fault) = &trail.fault {
        fault.spoil(&mut response);
    }
    response
}

async fn run(
    host: &impl Host,
    incoming: &Incoming<'_>,
    trail: &mut Trail,
) -> Result<Answer, Failure> {
    let (operation, path) = match route(incoming.method, incoming.path) {
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
    let person =
        admission::authenticate(host, operation, incoming.headers, &settings, trail).await?;

    if settings.faults {
        trail.fault = faults::take(host, operation.id).await?;
    }
    if let Some(fault) = &trail.fault
        && let Some(answer) = fault.before(host).await
    {
        return Ok(answer);
    }

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
    let request = checks::checked(operation, path, incoming)?;
    if !trail.dry_run {
        dry_run::refuse_synthetic_ids(&request)?;
    }

    let key_record = trail
        .admission
        .as_ref()
        .map(|admission| admission.key.clone());
    let context = Context::new(
        trail.now,
        trail.dry_run,
        key_record,
        person,
        &host.config().public_url,
        host.random(),
    );
    // A dry run neither replays nor keeps: it has no effect that could be doubled.
    let key = key.filter(|_| !trail.dry_run).map(|key| {
        let target = format!("{}?{}", incoming.path, incoming.query);
        (
            key,
            idempotency::fingerprint(
                incoming.method,
                &target,
                incoming.body,
                request.form.as_ref(),
            ),
        )
    });
    let _turn = if operation.is_write() && !trail.dry_run {
        Some(workspaces::turn(host).await)
    } else {
        None
    };
    // What has to be written is an outcome of the change; everything else leaves the workspace as it is.
    let attempt = |workspace: &mut Workspace| -> Result<Answer, Kept> {
        let settled = workspace.settle(context.now);
        if let Some((key, fingerprint)) = &key
            && let Some(record) = workspace
                .idempotency
                .find(key, fingerprint)
                .map_err(refused)?
        {
            trail.replayed = true;
            return Err(Box::new(Ok(replay(record))));
        }
        if trail.dry_run {
            dry_run::stand_in(workspace, &request, context.now);
        }
        let mut answer = (operation.handler)(workspace, &request, &context).map_err(refused)?;
        account_for(&mut answer, &context, workspace.credits.balance());
        if trail.dry_run {
            return Err(Box::new(Ok(answer)));
        }
        if workspace
            .webhooks
            .has_something_due(host.now_ms(), context.now)
        {
            trail.sends = Some(person.id);
        }
        if !operation.is_write() && !settled {
            return Err(Box::new(Ok(answer)));
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
        Ok(answer)
    };
    // The file first: one that nothing points to does no harm.
    let file = async |answer: &Answer| match &answer.file {
        Some(file) => files::put(host, file).await,
        None => Ok(()),
    };
    match workspaces::change(host, person.id, attempt, file).await {
        Ok(answer) => Ok(answer),
        Err(Unchanged::Refused(kept)) => Ok((*kept)?),
        Err(Unchanged::Sql(error)) => Err(error.into()),
        Err(Unchanged::Busy) => Err(ApiError::new(
            Code::StateBusy,
            "Too many writes at once. Nothing happened.",
        )
        .retry_after(1)
        .into()),
    }
}

/// An answer or a refusal that leaves the workspace as it is.
type Kept = Box<Result<Answer, ApiError>>;

fn refused(error: ApiError) -> Kept {
    Box::new(Err(error))
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
