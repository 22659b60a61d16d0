//! What happens to every request of the REST API around its handler, in this order: request id, route, key, bucket,
//! scope, fault, idempotency key, the rules of the document, replay, dry run, handler, shape of the answer, write, log.

mod admission;
mod checks;
mod dry_run;
mod idempotency;
mod response;
mod trail;

use std::cell::Cell;

use bytes::Bytes;
use http::{HeaderMap, Response};
use serde_json::value::to_raw_value;

use self::idempotency::Replay;
use self::response::{account_for, preflight, refusal, respond};
use self::trail::{Failure, Trail};
use crate::answer::{Answer, Body};
use crate::call::{Call, Reply};
use crate::contract::{Route, of_operation, route};
use crate::error::{ApiError, Code};
use crate::faults;
use crate::host::{Host, SqlError};
use crate::incoming::{Incoming, client, header};
use crate::ledger::balance;
use crate::people::Person;
use crate::store::{files, request_log};
use crate::workspace::Workspace;
use crate::workspaces::{self, Snapshot};
use crate::{api, clock, deliveries, ids};

/// Longest `X-Request-ID` that is repeated.
const REQUEST_ID_MAX: usize = 128;

/// Bytes of a workspace that still takes writes. Every request reads all of it.
const WORKSPACE_MAX: usize = 4 << 20;

/// Answers one request of the REST API.
pub(crate) async fn answer(host: &impl Host, incoming: Incoming<'_>) -> Response<Bytes> {
    let request_id = request_id(host, incoming.headers);
    let mut trail = Trail::default();
    if incoming.method == "OPTIONS" {
        return respond(&preflight(), &trail, &request_id);
    }
    let answer = match run(host, &incoming, &mut trail, &request_id).await {
        Ok(answer) => answer,
        Err(Failure::Api(error)) => refusal(&error),
        Err(Failure::Sql(error)) => {
            eprintln!("{request_id}: {}", error.0);
            let message = "The emulator failed. Its log names this request id.";
            refusal(&ApiError::new(Code::InternalError, message))
        }
    };
    if let Err(error) = follow_up(host, &trail, answer.status).await {
        eprintln!("{request_id}: {}", error.0);
    }
    let mut response = respond(&answer, &trail, &request_id);
    if let Some(fault) = &trail.fault {
        fault.after(host, &mut response).await;
    }
    response
}

/// Corrects the status in the request log, and sends the webhook deliveries that the request caused.
async fn follow_up(host: &impl Host, trail: &Trail, status: u16) -> Result<(), SqlError> {
    if let (Some(admission), Some(operation)) = (&trail.admission, trail.operation)
        && status != of_operation(operation).success()
    {
        request_log::correct(host, &admission.key.id, admission.number, status).await?;
    }
    match trail.sends {
        Some(workspace) => deliveries::send(host, workspace, trail.now).await,
        None => Ok(()),
    }
}

async fn run(
    host: &impl Host,
    incoming: &Incoming<'_>,
    trail: &mut Trail,
    request_id: &str,
) -> Result<Answer, Failure> {
    let (operation, path) = match route(incoming.method, incoming.path) {
        Route::Found(operation, path) => (operation, path),
        Route::OtherMethods(methods) => {
            let message = "This path does not take this method.";
            let mut answer = refusal(&ApiError::new(Code::MethodNotAllowed, message));
            answer.headers.push(("allow", methods.join(", ")));
            return Ok(answer);
        }
        Route::Unknown => {
            return Err(ApiError::new(Code::NotFound, "The API has no such path.").into());
        }
    };
    trail.operation = Some(operation);
    let simulated = dry_run::is_asked_for(incoming.headers);
    // A wish that cannot be read counts as one until it is refused below.
    trail.dry_run = operation.is_write() && !matches!(simulated, Ok(false));
    let entry = request_log::Entry {
        operation: operation.id.to_owned(),
        method: incoming.method.to_owned(),
        path: format!("/api/ext{}", incoming.path),
        status: of_operation(operation).success(),
        request_id: request_id.to_owned(),
        client: client(incoming.headers).map(str::to_owned),
    };
    let person = admission::authenticate(host, operation, incoming.headers, &entry, trail).await?;
    let admission = trail.admission.as_ref();
    if admission.is_some_and(|admission| admission.settings.faults) {
        trail.fault = faults::take(host, operation.id).await?;
    }
    if let Some(fault) = &trail.fault
        && let Some(answer) = fault.before(host).await
    {
        return Ok(answer);
    }
    if operation.is_write() {
        simulated?;
    }
    let key = idempotency::key(operation, incoming.headers)?;
    let checked = checks::check(operation, incoming)?;
    let call = Call {
        operation,
        path,
        query: checked.query,
        body: checked.body,
        form: checked.form,
        now: trail.now,
        dry_run: trail.dry_run,
        person,
        public_url: host.config().public_url.clone(),
        entropy: host.random(),
        secrets: Cell::new(0),
    };
    if !trail.dry_run {
        dry_run::refuse_synthetic_ids(&call)?;
    }
    // A dry run neither replays nor stores an answer: it has no effect that a repetition could double.
    let replay = key.filter(|_| !trail.dry_run);
    let replay = replay.map(|key| Replay::new(key, incoming, &call));
    perform(host, &call, replay, person, trail).await
}

/// Runs the handler on the workspace, and writes what it changed, until no other writer comes between.
async fn perform(
    host: &impl Host,
    call: &Call,
    replay: Option<Replay<'_>>,
    person: &'static Person,
    trail: &mut Trail,
) -> Result<Answer, Failure> {
    let writes = call.operation.is_write() && !call.dry_run;
    let _turn = match writes {
        true => Some(workspaces::turn(host).await),
        false => None,
    };
    for attempt in 0..workspaces::TRIES {
        let key = replay.as_ref().map(|replay| replay.key);
        let admission = trail.admission.as_mut();
        let parts = admission.and_then(|admission| admission.parts.take());
        let Snapshot {
            mut workspace,
            version,
            replay: stored,
        } = match parts {
            Some(parts) => Snapshot::parse(person.id, &parts, call.now),
            None => workspaces::read(host, person.id, key, call.now).await?,
        };
        if let (Some(replay), Some(stored)) = (&replay, stored)
            && let Some(answer) = replay.answer(&stored)?
        {
            trail.replayed = true;
            return Ok(answer);
        }
        if writes && call.operation.method != "DELETE" && workspace.size() > WORKSPACE_MAX {
            let message = "This workspace is full: the emulator keeps 4 MiB. POST /emulator/reset empties it.";
            return Err(ApiError::new(Code::PayloadTooLarge, message).into());
        }
        let settled = clock::settle(&mut workspace);
        let answer = handle(&mut workspace, call)?;
        if !call.dry_run && deliveries::has_due(&workspace, host.now_ms()) {
            trail.sends = Some(person.id);
        }
        if call.dry_run || (!writes && !settled) {
            return Ok(answer);
        }
        // The file first, under a path that no other call has: one that nothing points to does no harm.
        if let Some(file) = &answer.file {
            files::put(host, file).await?;
        }
        let record = replay.as_ref().map(|replay| replay.record(&answer));
        let record = record.map(|record| to_raw_value(&record)).transpose();
        let record = record.map_err(|error| SqlError(error.to_string()))?;
        let kept = key.map(workspaces::replay_name).zip(record.as_deref());
        if workspaces::write(host, &workspace, version, kept).await? {
            return Ok(answer);
        }
        workspaces::step_back(host, attempt).await;
    }
    let message = "Too many writes at once. Nothing happened.";
    let busy = ApiError::new(Code::StateBusy, message);
    Err(busy.retry_after(1).into())
}

/// The handler's answer in the shape of the document, with what it cost.
fn handle(workspace: &mut Workspace, call: &Call) -> Reply {
    if call.dry_run {
        workspace.dry_run = true;
        dry_run::stand_in(workspace, call);
    }
    let before = call.dry_run.then(|| balance(workspace));
    let mut answer = api::handler(call.operation.id)(workspace, call)?;
    if let Body::Json(body) = answer.body {
        answer.body = Body::Json(of_operation(call.operation).fit(answer.status, body));
    }
    account_for(&mut answer, before, workspace);
    Ok(answer)
}

fn request_id(host: &impl Host, headers: &HeaderMap) -> String {
    let is_safe = |id: &&str| {
        (1..=REQUEST_ID_MAX).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let sent = header(headers, "x-request-id").filter(is_safe);
    sent.map_or_else(|| ids::request_id(host.random()), str::to_owned)
}
