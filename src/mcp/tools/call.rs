//! `tools/call`: finds the tool, asks the policy, and runs the tool with its arguments.

use super::normalize::Changes;
use super::registry::RUN_APPROVED;
use super::{compact, invoke, refusal, registry, run_approved};
use crate::access::policy::{self, Subject, Verdict};
use crate::host::Host;
use crate::mcp::exchange::Exchange;
use crate::mcp::outcome::Outcome;
use crate::text::excerpt;
use serde_json::{Map, Value};

/// Whether this is `dry_run` in any spelling.
fn is_dry_run(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphabetic);
    letters.map(|c| c.to_ascii_lowercase()).eq("dryrun".chars())
}

/// Answers a `tools/call`. Admission has already refused it if only the access level forbids it.
pub(crate) async fn call<H: Host>(exchange: &Exchange<'_, H>) -> Outcome {
    let params = &exchange.request.params;
    let empty = Map::new();
    let arguments = match params.get("arguments") {
        None | Some(Value::Null) => &empty,
        Some(Value::Object(arguments)) => arguments,
        Some(_) => return exchange.invalid("params.arguments must be an object."),
    };
    // Beside the arguments it would have no effect, and the call would be real.
    let beside = params.keys().any(|name| is_dry_run(name));
    let in_meta = params.get("_meta").and_then(Value::as_object);
    if beside || in_meta.is_some_and(|meta| meta.keys().any(|name| is_dry_run(name))) {
        return exchange.invalid("dry_run is an argument: put it into params.arguments.");
    }
    let Some(Value::String(name)) = params.get("name") else {
        return exchange.invalid("params.name must be the name of a tool.");
    };
    if name == RUN_APPROVED && run_approved::is_shown(exchange) {
        return run_approved::run(exchange, arguments).await;
    }
    if exchange.narrowing.is_compact()
        && let Some(compact) = registry::find_compact(name)
    {
        return compact::run(exchange, compact, arguments).await;
    }
    let Some(tool) = registry::find(name) else {
        let name = excerpt(name, 80);
        return exchange.invalid(format!("There is no tool {name:?}; tools/list names them."));
    };
    match exchange.judge(Subject::Direct(tool)) {
        Verdict::Allowed => invoke::run(exchange, tool, arguments, Changes::default()).await,
        Verdict::OtherMode => exchange.invalid(format!(
            "The address of this connection has mode=compact: call {name} with {}.",
            policy::call_tool(tool)
        )),
        Verdict::OtherToolset => exchange.invalid(refusal::other_toolset(exchange.narrowing, tool)),
        Verdict::ReadOnlyResource => exchange.fail(refusal::read_only_resource(tool)),
        // Admission has refused the first already; the second exists in compact mode only.
        Verdict::InsufficientScope | Verdict::OtherCallTool => Outcome::InsufficientScope,
    }
}
