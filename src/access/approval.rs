//! Approval by link: a call waits for a person, who answers on a page of the connector.
//!
//! The answer to the call has a link. Its page shows a [`Question`]: what the call does, its price, and what cannot be
//! undone. The owner of the key answers it ([`answer`]), and the same call finds the answer when it is repeated ([`find`])
//! and uses it up ([`take`]). A question is sealed and bound to key, tool and arguments. Both steps are single uses of the
//! ledger, so that one yes runs one call.

use super::call::Call;
use crate::app::Context;
use crate::host::{Host, StoreError};
/// How long a question is open, and how long its answer can be used from then on, in seconds.
pub(crate) use crate::ledger::LIFETIME;
use crate::ledger::question::{self, period};
use crate::ledger::single_use::{self, Reservation, ReservationError, recorded_decision, reserve};
use crate::sealing::random::random_text;
use crate::sealing::seal::{Purpose, Sealer};
use futures::future::try_join_all;
use serde::{Deserialize, Serialize};

/// Path of the page that the link leads to.
pub(crate) const APPROVAL_PATH: &str = "/approve";
/// The periods in which a question can have been asked that is open or whose answer can be used.
const PERIODS: u64 = 3;
/// Length of an id, in characters of base64url: 132 bits.
const ID: usize = 22;

/// The terms that a person is shown and agrees to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ShownTerms {
    /// In credits, if the API states a price.
    pub(crate) price: Option<u64>,
    /// The version of the API's own terms.
    pub(crate) policy_version: Option<String>,
}

/// What a person is told about a call. No text imitates another one: the values of a caller in it are quoted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Words {
    /// Whether the person was asked before, about another price or other terms.
    pub(crate) is_repeated: bool,
    /// One sentence, in English.
    pub(crate) question: String,
    /// In credits, if the API states a price.
    pub(crate) price: Option<u64>,
    /// When the call costs credits, in English, if the API states no price: may be empty.
    pub(crate) cost: Option<String>,
    /// The items that make up the price, each with its credits; empty if they are not known.
    pub(crate) items: Vec<(String, u64)>,
    /// The balance before the call, in credits.
    pub(crate) balance: Option<u64>,
    /// Sentences, in English.
    pub(crate) consequences: Vec<String>,
    /// The arguments that the question does not tell: name and value.
    pub(crate) arguments: Vec<(String, String)>,
    /// How many more arguments there are.
    pub(crate) more_arguments: usize,
}

impl Words {
    /// The balance after the call, in credits.
    pub(crate) fn balance_after(&self) -> Option<u64> {
        self.balance?.checked_sub(self.price?)
    }
}

/// A key as the portal knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PortalKey {
    /// By which the portal says whose key it is.
    pub(crate) id: String,
    /// Such as `Claude (MCP connector)`; may be empty.
    pub(crate) name: String,
}

/// A question about a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Question {
    /// Random text, which makes answer and use of this question unique.
    nonce: String,
    pub(crate) call: Call,
    /// The key as the portal knows it; `None` if people sign in with keys.
    pub(crate) key: Option<PortalKey>,
    /// When it can no longer be answered, in Unix seconds.
    pub(crate) expires_at: u64,
    pub(crate) terms: ShownTerms,
    pub(crate) words: Words,
}

/// What the person said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Approved,
    Declined,
}

impl Answer {
    const ALL: [Self; 2] = [Self::Approved, Self::Declined];

    fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "yes",
            Self::Declined => "no",
        }
    }

    /// The answer as the ledger has it, with its time in Unix seconds.
    fn at(self, now: u64) -> String {
        format!("{} {now}", self.as_str())
    }

    /// Reads the text of [`Self::at`].
    fn parse(text: &str) -> Option<(Self, u64)> {
        let (answer, at) = text.split_once(' ')?;
        let answer = Self::ALL
            .into_iter()
            .find(|known| known.as_str() == answer)?;
        Some((answer, at.parse().ok()?))
    }
}

/// A question that is open, or that was answered less than [`LIFETIME`] ago.
pub(crate) struct Asked {
    pub(crate) id: String,
    pub(crate) question: Question,
    pub(crate) answer: Option<Answer>,
}

/// What an answer allows.
pub(crate) enum State {
    /// There is no question.
    None,
    /// The answer was used up.
    Used,
    /// The person has not answered.
    Open(Asked),
    Approved(Question),
    Declined(Question),
}

impl Asked {
    /// The state of the question about a call.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn state<H: Host>(
        context: &Context<'_, H>,
        asked: Option<Self>,
    ) -> Result<State, StoreError> {
        let Some(asked) = asked else {
            return Ok(State::None);
        };
        let Some(answer) = asked.answer else {
            return Ok(State::Open(asked));
        };
        if is_used(context, &asked.question.nonce).await? {
            return Ok(State::Used);
        }
        Ok(match answer {
            Answer::Approved => State::Approved(asked.question),
            Answer::Declined => State::Declined(asked.question),
        })
    }
}

/// Why an answer is not taken.
pub(crate) enum AnswerError {
    /// The question was answered before.
    Answered,
    Store(StoreError),
}

impl Question {
    /// A new question about a call, which is open for [`LIFETIME`].
    pub(crate) fn new<H: Host>(
        context: &Context<'_, H>,
        call: Call,
        key: Option<PortalKey>,
        terms: ShownTerms,
        words: Words,
    ) -> Self {
        Self {
            nonce: random_text(context.host).expose().to_owned(),
            call,
            key,
            expires_at: context.host.now().as_secs().saturating_add(LIFETIME),
            terms,
            words,
        }
    }

    pub(crate) fn nonce(&self) -> &str {
        &self.nonce
    }

    /// The id under which the ledger has the answer.
    fn answer_id(&self) -> String {
        format!("answer {}", self.nonce)
    }
}

/// The id under which the ledger has the use of the answer to the question with this nonce.
fn use_id(nonce: &str) -> String {
    format!("approved call {nonce}")
}

/// Whether the answer to the question with this nonce was used up.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn is_used<H: Host>(
    context: &Context<'_, H>,
    nonce: &str,
) -> Result<bool, StoreError> {
    let recorded = recorded_decision(context.host, &use_id(nonce)).await?;
    Ok(recorded.is_some())
}

/// The id of the question about a call in a period, which only a holder of the key can compute.
fn id(call: &Call, period: u64) -> String {
    let digest = call.digest_with(&format!("question {period}"));
    digest.chars().take(ID).collect()
}

/// Stores a question in place of an earlier one about the same call. Returns its id.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn ask<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    question: &Question,
) -> Result<String, StoreError> {
    let host = context.host;
    let period = period(host.now().as_secs());
    let id = id(&question.call, period);
    let sealed = sealer.seal(host, Purpose::Question, question);
    question::write(host, &id, period, &sealed).await?;
    Ok(id)
}

/// The newest question about a call; `None` if there is none.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn find<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    call: &Call,
) -> Result<Option<Asked>, StoreError> {
    let now = period(context.host.now().as_secs());
    let ids: Vec<String> = (0..PERIODS)
        .map(|age| id(call, now.saturating_sub(age)))
        .collect();
    let found = try_join_all(ids.iter().map(|id| by_id(context, sealer, id))).await?;
    // Several can be there if the person was asked again in a new period.
    let found = found.into_iter().flatten().next();
    Ok(found.filter(|asked| asked.question.call == *call))
}

/// The question with this id; `None` if there is none.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn by_id<H: Host>(
    context: &Context<'_, H>,
    sealer: &Sealer,
    id: &str,
) -> Result<Option<Asked>, StoreError> {
    let sealed = question::read(context.host, id).await?;
    let question = sealed.and_then(|sealed| sealer.open::<Question>(Purpose::Question, &sealed));
    let now = context.host.now().as_secs();
    let Some(question) = question else {
        return Ok(None);
    };
    let answer = recorded_decision(context.host, &question.answer_id()).await?;
    let answer = answer.as_deref().and_then(Answer::parse);
    let counts = match answer {
        Some((_, at)) => now < at.saturating_add(LIFETIME),
        None => now < question.expires_at,
    };
    Ok(counts.then(|| Asked {
        id: id.to_owned(),
        answer: answer.map(|(answer, _)| answer),
        question,
    }))
}

/// Records the answer of the person. The first answer counts.
///
/// # Errors
/// [`AnswerError`].
pub(crate) async fn answer<H: Host>(
    context: &Context<'_, H>,
    question: &Question,
    answer: Answer,
) -> Result<(), AnswerError> {
    let host = context.host;
    let reservation = match reserve(host, &question.answer_id()).await {
        Ok(reservation) => reservation,
        Err(ReservationError::AlreadyUsed) => {
            // The request that took it may be about to record its answer.
            let recorded = single_use::decision(host, &question.answer_id()).await;
            return Err(recorded.map_or_else(AnswerError::Store, |_| AnswerError::Answered));
        }
        Err(ReservationError::Store(error)) => return Err(AnswerError::Store(error)),
    };
    let answer = answer.at(host.now().as_secs());
    // A failed write may take effect late. So the single use is not given back: another answer could be overwritten.
    let recorded = reservation.record_decision(host, &answer).await;
    recorded.map_err(AnswerError::Store)
}

/// Uses up the answer to a question. Returns `false` if another request did.
///
/// # Errors
/// [`StoreError`].
pub(crate) async fn take<H: Host>(
    context: &Context<'_, H>,
    question: &Question,
) -> Result<bool, StoreError> {
    let host = context.host;
    match reserve(host, &use_id(&question.nonce)).await {
        Ok(reservation) => {
            note_use(host, &reservation).await;
            Ok(true)
        }
        Err(ReservationError::AlreadyUsed) => Ok(false),
        Err(ReservationError::Store(error)) => Err(error),
    }
}

/// Notes for [`is_used`] that the answer is used up. The claim decides; if the store fails here, a later call asks again.
async fn note_use(host: &impl Host, reservation: &Reservation) {
    let _ = reservation.record_decision(host, "used").await;
}
