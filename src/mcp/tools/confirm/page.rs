//! Confirmation on a page of the connector (`access::approval`).
//!
//! The first call asks, and changes nothing. A call that is repeated finds the question: while it is open, the answer has
//! the same link again; after a yes the call runs, once; after a no it is refused, once. Before it runs, the price is
//! looked up again, and a higher one is asked about again.

use super::elicitation;
use super::outcome::{Action, Confirmation, ConfirmationError, action, not_accepted};
use super::preview::{self, Preview};
use super::state::Agreed;
use super::{facts, words};
use crate::access::approval::{
    self, APPROVAL_PATH, Answer, AnswerError, Asked, PortalKey, Question, ShownTerms, State,
};
use crate::access::call::Call;
use crate::config::SignIn;
use crate::event::Event;
use crate::failure::{Diagnostics, LocalCode};
use crate::host::Host;
use crate::ledger::{rate_limit, sweep};
use crate::mcp::exchange::Exchange;
use crate::mcp::input_required::{self, InputRequired};
use crate::mcp::protocol::jsonrpc::{ErrorCode, RpcError};
use crate::sealing::root_secret::sealer;
use crate::sealing::seal::{Purpose, Sealer};
use crate::upstream::api::{self, ApiError};
use crate::upstream::portal::key_owner::{self, KeyId};
use crate::web::rfc3339::rfc3339;
use chrono::SecondsFormat;
use futures::future::join;
use openapi_tools::table::Tool;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// How the person gets to the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Address<'a> {
    /// A view shows it. When the person approves there, the view sends the approval that it got with the question.
    Viewed(Option<&'a str>),
    /// The client opens it (URL mode elicitation).
    Elicited,
    /// The answer of the call tells it.
    Told,
}

/// The next step of a model whose host shows the view.
const IN_VIEW: &str = "The person sees the price in the view and decides there. Stop, and do not repeat the call: the view runs it and reports what came of it. Only if no view is shown, give the person the link in details.approval_url.";

/// How long a call waits for the answer while the person has the page open, and how often it looks. The rest of a request's
/// time is for the call itself.
const PATIENCE: Duration = Duration::from_secs(12);
const PAUSE: Duration = Duration::from_secs(1);

/// Asks the person, or acts on the answer.
pub(super) async fn ask<H: Host>(
    exchange: &Exchange<'_, H>,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
    address: Address<'_>,
) -> Result<Confirmation, ConfirmationError> {
    let context = exchange.context;
    let sealer = sealer(context).await?;
    let call = Call::of(&exchange.caller.key, tool, arguments);
    let action = match address {
        Address::Elicited => input_required::responses(exchange.request)?.and_then(action),
        Address::Viewed(_) | Address::Told => None,
    };
    if let Some(action @ (Action::Declined | Action::Cancelled)) = action {
        return Ok(refused(not_accepted(action)));
    }
    let mut asked = approval::find(context, &sealer, &call).await?;
    if let Address::Viewed(Some(given)) = address {
        match approve(exchange, &sealer, &call, asked.as_ref(), given).await? {
            Given::Used => return Ok(refused(used())),
            Given::Recorded(approved) => asked = approved.map(|approved| *approved),
            Given::Foreign => {}
        }
    }
    if action == Some(Action::Accepted) {
        asked = wait(exchange, &sealer, asked).await?;
    }
    let (open, agreed) = match Asked::state(context, asked).await? {
        State::Declined(question) if approval::take(context, &question).await? => {
            return Ok(refused(not_accepted(Action::Declined)));
        }
        // Another press of the button was faster.
        State::Used if matches!(address, Address::Viewed(Some(_))) => return Ok(refused(used())),
        State::Open(open) => (Some(open), None),
        State::Approved(question) => (None, Some(question)),
        State::Declined(_) | State::Used | State::None => (None, None),
    };
    // The API itself compares the terms that the person accepted with the current ones.
    if let Some(question) = &agreed
        && question.terms.policy_version.is_some()
    {
        return run(exchange, tool, arguments, question).await;
    }
    let preview = preview::preview(context, &exchange.caller.key, tool, arguments);
    let read = || join(facts::read(exchange, tool, arguments), key_id(exchange));
    // A question that is open has its words already.
    let known = async {
        match &open {
            None => Some(read().await),
            Some(_) => None,
        }
    };
    // A confirmation adds rows to the store, so each one also does a part of the sweep.
    let (preview, known) = sweep::beside_question(context, join(preview, known)).await;
    let terms = match preview {
        Preview::Terms(terms) => terms,
        Preview::Answered(answer) => {
            // The view reports that the call failed. Its approval must not run the call later.
            if let (Address::Viewed(Some(_)), Some(question)) = (address, &agreed) {
                approval::take(context, question).await?;
            }
            return Ok(Confirmation::Answered(answer));
        }
    };
    if let Some(question) = &agreed
        && terms.are_covered_by(question.terms.price)
    {
        return run(exchange, tool, arguments, question).await;
    }
    if !terms.need_consent(tool) {
        return Ok(Confirmation::NotNeeded);
    }
    let shown = ShownTerms::from(&terms);
    // A view can be answered without the portal, and a page cannot.
    let needs_key = matches!(context.config.sign_in, SignIn::Portal(_))
        && !matches!(address, Address::Viewed(_));
    let is_same =
        |open: &Asked| open.question.terms == shown && (open.question.key.is_some() || !needs_key);
    let (id, question) = match open {
        Some(open) if is_same(&open) => (open.id, open.question),
        open => {
            let (facts, key_id) = match known {
                Some(known) => known,
                None => read().await,
            };
            let key = match key_id {
                Ok(None) => None,
                Ok(Some(KeyId::Known { id, name })) => Some(PortalKey { id, name }),
                Ok(Some(KeyId::Rejected)) => {
                    return Ok(Confirmation::Answered(Err(ApiError::KeyRejected)));
                }
                Err(cause) if needs_key => return Err(ConfirmationError::Portal(cause)),
                Err(cause) => {
                    context.log(&Event::IntrospectionFailed { cause });
                    None
                }
            };
            let before = open.map(|open| open.question).or(agreed);
            let is_repeated = before.is_some_and(|before| before.terms != shown);
            let words = words::words(tool, arguments, &terms, &facts, is_repeated);
            if let Err(seconds) = rate_limit::check_question(context, &call.key).await {
                return Ok(refused(too_many_questions(seconds)));
            }
            let new = Question::new(context, call, key, shown, words);
            (approval::ask(context, &sealer, &new).await?, new)
        }
    };
    let waiting = Waiting {
        exchange,
        tool,
        id: &id,
        question: &question,
        address,
    };
    Ok(match address {
        Address::Viewed(_) => waiting.in_view(&sealer),
        // A client that opened the page has been waited for, and would only open it again.
        Address::Elicited if action.is_none() => waiting.on_page(),
        Address::Elicited | Address::Told => Confirmation::Refused(waiting.diagnostics()),
    })
}

fn refused(diagnostics: Diagnostics) -> Confirmation {
    Confirmation::Refused(Box::new(diagnostics))
}

/// The failure of a call whose approval another request used up.
fn used() -> Diagnostics {
    Diagnostics::local(
        LocalCode::ApprovalUsed,
        "This approval was used before. Nothing was done and nothing was charged now.",
    )
}

/// A call that waits for a person.
struct Waiting<'a, H> {
    exchange: &'a Exchange<'a, H>,
    tool: &'a Tool<'static>,
    /// Id of the question.
    id: &'a str,
    question: &'a Question,
    address: Address<'a>,
}

impl<H: Host> Waiting<'_, H> {
    /// The result that a view shows.
    fn in_view(&self, sealer: &Sealer) -> Confirmation {
        let approval = ViewApproval {
            call: self.question.call.clone(),
            nonce: self.question.nonce().to_owned(),
        };
        let host = self.exchange.context.host;
        let approval = sealer.seal(host, Purpose::ViewApproval, &approval);
        Confirmation::Waiting(self.diagnostics(), approval)
    }

    /// What makes the client open the page.
    fn on_page(&self) -> Confirmation {
        let (message, url) = (elicitation::message(&self.question.words), self.url());
        if self.exchange.revision.is_modern() {
            return Confirmation::Required(InputRequired {
                requests: elicitation::page(&message, &url),
                state: None,
            });
        }
        let elicitation = elicitation::of_page(&message, &url, self.id);
        let code = ErrorCode::UrlElicitationRequired;
        let error = RpcError::answered(&self.exchange.request.id, code, message);
        Confirmation::Invalid(error.with_data(json!({ "elicitations": [elicitation] })))
    }

    fn url(&self) -> String {
        let origin = &self.exchange.context.config.public_url;
        format!("{origin}{APPROVAL_PATH}?call={}", self.id)
    }

    /// The failure that tells the price and the link.
    fn diagnostics(&self) -> Box<Diagnostics> {
        let (words, url) = (&self.question.words, self.url());
        let expires_at = Duration::from_secs(self.question.expires_at);
        let details = json!({
            "approval_url": url,
            "expires_at": rfc3339(expires_at, SecondsFormat::Secs),
            "tool": self.tool.name,
            "title": self.tool.title,
            "question": words.question,
            "price": words.price,
            "items": named("credits", &words.items),
            "balance": words.balance,
            "balance_after": words.balance_after(),
            "consequences": words.consequences,
            "arguments": named("value", &words.arguments),
        });
        let (place, hint) = match self.address {
            Address::Viewed(_) => ("in the view beside this answer, or here", Some(IN_VIEW)),
            Address::Elicited | Address::Told => ("here", None),
        };
        let message = format!(
            "{} Nothing was done yet. A person has to approve this call {place}: {url}",
            elicitation::message(words)
        );
        let mut diagnostics = Diagnostics::local(LocalCode::ApprovalRequired, message);
        diagnostics.details = Some(details);
        diagnostics.hint = hint.or(diagnostics.hint);
        Box::new(diagnostics)
    }
}

/// What a view gets with a question, sealed, and sends back when the person approves.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ViewApproval {
    call: Call,
    nonce: String,
}

/// What becomes of an approval that a view sends.
enum Given {
    /// The question has it, if it is still there.
    Recorded(Option<Box<Asked>>),
    /// The call was made with it before. A host may show an old result again, with its button.
    Used,
    /// It belongs to no open question about this call, which is asked again.
    Foreign,
}

/// Records the approval that a view sends for the open question about a call.
async fn approve<H: Host>(
    exchange: &Exchange<'_, H>,
    sealer: &Sealer,
    call: &Call,
    open: Option<&Asked>,
    sealed: &str,
) -> Result<Given, ConfirmationError> {
    let context = exchange.context;
    let approval: Option<ViewApproval> = sealer.open(Purpose::ViewApproval, sealed);
    let Some(approval) = approval.filter(|approval| approval.call == *call) else {
        return Ok(Given::Foreign);
    };
    if approval::is_used(context, &approval.nonce).await? {
        return Ok(Given::Used);
    }
    let Some(open) = open.filter(|open| open.question.nonce() == approval.nonce) else {
        return Ok(Given::Foreign);
    };
    match approval::answer(context, &open.question, Answer::Approved).await {
        // The first answer counts.
        Ok(()) | Err(AnswerError::Answered) => {}
        Err(AnswerError::Store(error)) => return Err(error.into()),
    }
    // Without a record of the answer, another question is asked.
    let approved = approval::by_id(context, sealer, &open.id).await?;
    let approved = approved.filter(|asked| asked.answer.is_some());
    Ok(Given::Recorded(approved.map(Box::new)))
}

/// Runs the call if the yes can be used up.
async fn run<H: Host>(
    exchange: &Exchange<'_, H>,
    tool: &Tool<'static>,
    arguments: &Map<String, Value>,
    question: &Question,
) -> Result<Confirmation, ConfirmationError> {
    let context = exchange.context;
    // The yes must not be used up by a call that is not sent.
    if let Some(diagnostics) = api::too_late(context) {
        return Ok(refused(diagnostics));
    }
    if !approval::take(context, question).await? {
        return Ok(refused(used()));
    }
    let arguments = Agreed::from(question).with_consent(tool, arguments);
    Ok(Confirmation::Given(arguments))
}

/// The question once it is answered, or as it is when [`PATIENCE`] ends.
async fn wait<H: Host>(
    exchange: &Exchange<'_, H>,
    sealer: &Sealer,
    asked: Option<Asked>,
) -> Result<Option<Asked>, ConfirmationError> {
    let context = exchange.context;
    let until = context.host.monotonic().saturating_add(PATIENCE);
    let mut asked = asked;
    while let Some(open) = asked.as_ref().filter(|asked| asked.answer.is_none())
        && context.host.monotonic() < until
    {
        context.host.sleep(PAUSE).await;
        asked = approval::by_id(context, sealer, &open.id).await?;
    }
    Ok(asked)
}

/// By what the page finds out whose key it is: the portal's id of it. Where people enter their key, there is none.
async fn key_id<H: Host>(exchange: &Exchange<'_, H>) -> Result<Option<KeyId>, String> {
    match &exchange.context.config.sign_in {
        SignIn::Portal(portal) => {
            let id = key_owner::id(exchange.context, portal, &exchange.caller.key);
            id.await.map(Some)
        }
        SignIn::ApiKey => Ok(None),
    }
}

fn too_many_questions(seconds: u32) -> Diagnostics {
    let message = format!(
        "Too many questions about calls of this key were asked within a minute. Nothing was done and nothing was charged. Wait {seconds} seconds."
    );
    Diagnostics {
        retry_after_seconds: Some(seconds.into()),
        ..Diagnostics::local(LocalCode::ConfirmationUnavailable, message)
    }
}

/// Pairs as objects with a `name` and a second member.
fn named<T: Serialize>(second: &str, pairs: &[(String, T)]) -> Vec<Value> {
    pairs
        .iter()
        .map(|(name, value)| json!({ "name": name, second: value }))
        .collect()
}
