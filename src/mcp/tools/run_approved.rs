//! The tool behind the button of the view with the price: it approves a call and runs it.
//!
//! Only views may call it (`visibility` is `app`). A host may show it to the model all the same, so it takes what the model
//! does not see: the approval that the waiting result has in its `_meta`, sealed for one key and one call.

use super::invoke;
use super::normalize::Changes;
use super::registry::{self, CalledTool};
use crate::access::level::AccessLevel;
use crate::access::policy::{self, Verdict};
use crate::failure::{Diagnostics, LocalCode};
use crate::host::Host;
use crate::mcp::exchange::Exchange;
use crate::mcp::outcome::Outcome;
use crate::text::excerpt;
use serde_json::{Map, Value};

/// Its entry in `tools/list`, for clients that show views.
pub(super) const LISTING: &str = concat!(
    r#"{"name":"tokportal_run_approved","title":"Run an approved call","description":"Runs a call that the person has just approved in a view. It is for the view with the price: the approval is in the _meta of the result that waits for the person.","#,
    r#""inputSchema":{"type":"object","properties":{"approval":{"type":"string","description":"com.tokportal/approval in the _meta of the waiting result."},"name":{"type":"string","description":"Tool of the waiting call."},"arguments":{"type":"object","description":"Arguments of the waiting call, unchanged."}},"required":["approval","name","arguments"]},"#,
    r#""annotations":{"title":"Run an approved call","readOnlyHint":false,"destructiveHint":true,"idempotentHint":false,"openWorldHint":true},"#,
    r#""_meta":{"ui":{"visibility":["app"]}}}"#,
);

/// Whether the client has the tool: it shows views, and the connection can have calls that a person approves.
pub(super) fn is_shown<H>(exchange: &Exchange<'_, H>) -> bool {
    exchange.features.views
        && !exchange.narrowing.is_read_only()
        && exchange.caller.level != Some(AccessLevel::Read)
}

/// Runs the call with its approval.
pub(super) async fn run<H: Host>(
    exchange: &Exchange<'_, H>,
    arguments: &Map<String, Value>,
) -> Outcome {
    // Beside the arguments of the call, `dry_run` would have no effect.
    if let Some(unknown) = arguments
        .keys()
        .find(|name| !["approval", "name", "arguments"].contains(&name.as_str()))
    {
        let unknown = excerpt(unknown, 80);
        return exchange.invalid(format!(
            "params.arguments has {unknown:?}, which is not one of approval, name and arguments."
        ));
    }
    let text = |name: &str| arguments.get(name).and_then(Value::as_str);
    let (Some(approval), Some(name), Some(inner)) = (
        text("approval"),
        text("name"),
        arguments.get("arguments").and_then(Value::as_object),
    ) else {
        return exchange.invalid(
            "params.arguments must have `approval` and `name` as text, and `arguments` as an object.",
        );
    };
    let Some(called) = registry::waiting(exchange.narrowing, name) else {
        let message = format!("There is no tool {:?}.", excerpt(name, 80));
        return exchange.fail(Diagnostics::local(LocalCode::UnknownTool, message));
    };
    let (CalledTool::Direct(tool) | CalledTool::With(tool, _)) = called;
    if !policy::needs_confirmation(tool) {
        return exchange.invalid(format!("{name} needs no approval: call it directly."));
    }
    match exchange.judge(called.subject()) {
        Verdict::Allowed => {
            invoke::run_with_approval(exchange, tool, inner, Changes::default(), Some(approval))
                .await
        }
        Verdict::InsufficientScope => Outcome::InsufficientScope,
        _ => exchange.invalid(format!(
            "The address of this connection does not have {name}."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mcp::tools::registry::RUN_APPROVED;

    #[test]
    fn listing_is_json_with_the_name_and_hidden_from_the_model() {
        let entry: Value = serde_json::from_str(LISTING).expect("JSON");
        assert_eq!(entry["name"], RUN_APPROVED);
        assert_eq!(
            entry["_meta"]["ui"]["visibility"],
            serde_json::json!(["app"])
        );
    }
}
