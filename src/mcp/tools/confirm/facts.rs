//! What the API says about a call for the person: the name of the object it acts on, and the balance.
//!
//! Both are read beside the dry run, within short limits. A read that fails leaves the id in place of the name, or the
//! balance out; it never delays the price or prevents the question.

use crate::catalog::TOOLS;
use crate::host::Host;
use crate::mcp::exchange::Exchange;
use crate::mcp::tools::registry;
use crate::upstream::api;
use futures::future::join;
use openapi_tools::table::{Subject, Tool};
use serde_json::{Map, Value};

/// Facts for the message. They are shown and not kept: consent binds the price and the terms.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    /// The answer about the subject.
    pub(super) subject: Option<Value>,
    /// In credits, before the call.
    pub(super) balance: Option<u64>,
}

/// Reads the subject, and the balance if the call can spend credits.
pub(super) async fn read<H: Host>(
    exchange: &Exchange<'_, H>,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
) -> Facts {
    let subject = tool.confirmation.and_then(|words| words.subject);
    let subject = async {
        let subject = subject?;
        let arguments = subject_arguments(&subject, arguments)?;
        ask(exchange, registry::find(subject.read)?, &arguments).await
    };
    let balance = async {
        if !tool.facts.spends_credits {
            return None;
        }
        let (read, path) = TOOLS
            .iter()
            .find_map(|tool| Some((tool, tool.facts.credit_balance?)))?;
        let answer = ask(exchange, read, &Map::new()).await?;
        member(&answer, path)?.as_u64()
    };
    let (subject, balance) = join(subject, balance).await;
    Facts { subject, balance }
}

/// The arguments of the read, or nothing if the call does not name the subject.
fn subject_arguments(
    subject: &Subject<'_>,
    arguments: &Map<String, Value>,
) -> Option<Map<String, Value>> {
    let id = arguments
        .get(subject.argument)
        .filter(|id| id.is_string())?;
    Some(Map::from_iter([(subject.by.to_owned(), id.clone())]))
}

async fn ask<H: Host>(
    exchange: &Exchange<'_, H>,
    tool: &'static Tool<'static>,
    arguments: &Map<String, Value>,
) -> Option<Value> {
    let key = &exchange.caller.key;
    let body = api::read(exchange.context, key, tool, arguments).await?;
    serde_json::from_slice(&body).ok()
}

/// A member by its path, such as `data.username`.
pub(super) fn member<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.')
        .try_fold(value, |value, name| value.get(name))
}
