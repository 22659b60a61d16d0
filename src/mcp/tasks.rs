//! Long work as tasks (`io.modelcontextprotocol/tasks`, SEP-2663): the call has been accepted, and its outcome comes later.
//!
//! No task is stored. Its id is what is needed to look at the outcome, sealed for one key. A client that does not declare
//! the extension is told in words when to look again.

use super::exchange::Exchange;
use super::outcome::Outcome;
use super::protocol::envelope::complete;
use crate::app::Context;
use crate::catalog;
use crate::digest::hex;
use crate::event::Event;
use crate::host::{Clock, Host};
use crate::sealing::root_secret::sealer;
use crate::sealing::seal::Purpose;
use crate::upstream::api;
use crate::web::rfc3339::rfc3339;
use chrono::SecondsFormat;
use openapi_tools::table::Tool;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// Work that the API only begins when it is called.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LongWork {
    /// The tools that begin it.
    tools: &'static [&'static str],
    /// The tool that shows the outcome. It takes the `id` of the call.
    read: &'static str,
    /// The member of its answer that changes with the outcome.
    done_at: &'static str,
    /// What the model is told.
    look_again: &'static str,
}

static LONG_WORK: [LongWork; 1] = [LongWork {
    tools: &[
        "tokportal_refresh_analytics_account",
        "tokportal_refresh_account_analytics",
    ],
    read: "tokportal_get_account_analytics",
    done_at: "/data/scraped_at",
    look_again: "The figures are collected in the background, which takes some minutes. They are there when tokportal_get_account_analytics returns a later scraped_at; do not start another refresh.",
}];

/// How long a task is looked at, and how often a client asks.
const LIFETIME: Duration = Duration::from_secs(1_800);
const POLL_INTERVAL: Duration = Duration::from_secs(30);
/// The longest result of a call that fits into an id, in bytes. The id is in a header, too.
const MAX_RESULT: usize = 2_048;

/// What the id of a task holds, sealed.
#[derive(Serialize, Deserialize)]
struct Task {
    /// SHA-256 of the key.
    key: String,
    tool: String,
    /// The argument `id` of the call.
    id: String,
    /// The member [`LongWork::done_at`] before the work.
    before: Value,
    /// In Unix seconds.
    created_at: u64,
    /// The result of the call as JSON.
    result: String,
}

fn of_tool(name: &str) -> Option<&'static LongWork> {
    LONG_WORK.iter().find(|work| work.tools.contains(&name))
}

/// The long work that a call of this tool begins.
pub(super) fn long_work(tool: &Tool<'_>) -> Option<&'static LongWork> {
    of_tool(tool.name)
}

impl LongWork {
    /// What a client without tasks is told.
    pub(super) fn look_again(&self) -> &'static str {
        self.look_again
    }

    /// The member that changes with the outcome; `None` if it cannot be read now.
    async fn done_at<H: Host>(&self, exchange: &Exchange<'_, H>, id: &str) -> Option<Value> {
        let tool = catalog::find(self.read)?;
        let arguments = Map::from_iter([("id".to_owned(), id.into())]);
        let body = api::read(exchange.context, &exchange.caller.key, tool, &arguments).await?;
        let answer: Value = serde_json::from_slice(&body).ok()?;
        answer.pointer(self.done_at).cloned()
    }

    /// The `CreateTaskResult` for a call that was accepted with this result; `None` if the outcome cannot be followed, so
    /// that the client gets the result as it is.
    pub(super) async fn begin<H: Host>(
        &self,
        exchange: &Exchange<'_, H>,
        tool: &Tool<'_>,
        arguments: &Map<String, Value>,
        result: &str,
    ) -> Option<String> {
        let id = arguments.get("id")?.as_str()?;
        if result.len() > MAX_RESULT {
            return None;
        }
        let before = self.done_at(exchange, id).await?;
        let sealer = sealer(exchange.context).await.ok()?;
        let host = exchange.context.host;
        let task = Task {
            key: hex(&exchange.caller.key.fingerprint()),
            tool: tool.name.to_owned(),
            id: id.to_owned(),
            before,
            created_at: host.now().as_secs(),
            result: result.to_owned(),
        };
        let task_id = sealer.seal(host, Purpose::Task, &task);
        let mut members = task.members(exchange.context, &task_id, "working");
        members.insert("statusMessage".to_owned(), self.look_again.into());
        members.insert("resultType".to_owned(), "task".into());
        Some(complete(members).to_string())
    }
}

impl Task {
    /// The members that every status has.
    fn members<H: Host>(
        &self,
        context: &Context<'_, H>,
        task_id: &str,
        status: &str,
    ) -> Map<String, Value> {
        let time = |at| rfc3339(at, SecondsFormat::Secs);
        Map::from_iter([
            ("taskId".to_owned(), task_id.into()),
            ("status".to_owned(), status.into()),
            (
                "createdAt".to_owned(),
                time(Duration::from_secs(self.created_at)).into(),
            ),
            ("lastUpdatedAt".to_owned(), time(context.host.now()).into()),
            ("ttlMs".to_owned(), millis(LIFETIME)),
            ("pollIntervalMs".to_owned(), millis(POLL_INTERVAL)),
        ])
    }

    fn is_over(&self, clock: &impl Clock) -> bool {
        clock.now() >= Duration::from_secs(self.created_at).saturating_add(LIFETIME)
    }
}

fn millis(time: Duration) -> Value {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).into()
}

/// Answers `tasks/get`, `tasks/update` and `tasks/cancel`. A task takes no input, and the API cannot stop the work, so the
/// last two are only acknowledged.
pub(super) async fn answer<H: Host>(exchange: &Exchange<'_, H>) -> Outcome {
    let task_id = exchange.request.params.get("taskId");
    let Some(task_id) = task_id.and_then(Value::as_str) else {
        return exchange.invalid("params.taskId must be the id of a task.");
    };
    let sealer = match sealer(exchange.context).await {
        Ok(sealer) => sealer,
        Err(error) => {
            let cause = error.to_string();
            exchange.context.log(&Event::Unavailable { cause });
            return exchange.invalid("The task cannot be read right now: ask again in a moment.");
        }
    };
    let key = hex(&exchange.caller.key.fingerprint());
    let task = sealer.open::<Task>(Purpose::Task, task_id);
    let Some(task) = task.filter(|task| task.key == key) else {
        return exchange.invalid("There is no such task for this key.");
    };
    if exchange.request.method != "tasks/get" {
        return exchange.ok(&complete(Map::new()).to_string());
    }
    let now = match of_tool(&task.tool) {
        Some(work) => work.done_at(exchange, &task.id).await,
        None => None,
    };
    let is_done = now.is_some_and(|now| now != task.before);
    let status = if is_done || task.is_over(exchange.context.host) {
        "completed"
    } else {
        "working"
    };
    let mut members = task.members(exchange.context, task_id, status);
    let message = match (is_done, status) {
        (true, _) => "The new figures are there.",
        (false, "working") => "The figures are still being collected.",
        (false, _) => "The figures were not there after half an hour. Look again later.",
    };
    members.insert("statusMessage".to_owned(), message.into());
    if status == "completed" {
        let result: Value = serde_json::from_str(&task.result).unwrap_or_default();
        members.insert("result".to_owned(), with_text(result, message));
    }
    exchange.ok(&complete(members).to_string())
}

/// A `CallToolResult` with one more text.
fn with_text(mut result: Value, text: &str) -> Value {
    let content = result.get_mut("content").and_then(Value::as_array_mut);
    if let Some(content) = content {
        content.push(json!({ "type": "text", "text": text }));
    }
    result
}

#[cfg(test)]
mod tests;
