//! `requestState`: what the server needs to know when the client repeats a request with its responses. The client
//! carries it, sealed for one key and one call, for ten minutes.

use crate::access::call::Call;
use crate::host::{Clock, Rng};
use crate::sealing::random::random_text;
use crate::sealing::seal::{Purpose, Sealer};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How long a person may take to answer, in seconds.
pub(crate) const LIFETIME: u64 = 600;

/// The state of one `InputRequiredResult`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct State<T> {
    nonce: String,
    call: Call,
    /// In Unix seconds.
    expires_at: u64,
    /// What the caller of [`State::new`] needs when the responses arrive.
    pub(crate) memo: T,
}

/// Why a state is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestStateError {
    /// Not sealed by this connector, or changed.
    Unreadable,
    /// Older than [`LIFETIME`].
    Expired,
    /// Made for a caller with another key.
    OtherKey,
    /// Made for a call of another tool.
    OtherTool,
    /// Made for a call with other arguments.
    OtherArguments,
    /// Its single use is taken: the person has answered before.
    Used,
}

impl RequestStateError {
    /// What is wrong and what to do.
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::Unreadable => {
                "This requestState was not made here, or was changed: call again without requestState."
            }
            Self::Expired => {
                "This requestState is older than ten minutes: call again without requestState to ask the person again."
            }
            Self::OtherKey => {
                "This requestState belongs to another key: call again without requestState."
            }
            Self::OtherTool => {
                "This requestState belongs to a call of another tool: call again without requestState."
            }
            Self::OtherArguments => {
                "This requestState belongs to a call with other arguments: repeat the call unchanged, or call again without requestState."
            }
            Self::Used => {
                "This requestState was used before: its question has been answered, and after a yes the call was made. To ask the person again, call without requestState."
            }
        }
    }

    /// The next step, if it differs from that of other invalid parameters. A client that lost the first result could
    /// pay twice.
    pub(super) fn hint(self) -> Option<&'static str> {
        (self == Self::Used)
            .then_some("Before calling again, read the object to see whether the call was made.")
    }
}

impl<T: Serialize + DeserializeOwned> State<T> {
    /// A new state for this call.
    pub(crate) fn new(host: &(impl Rng + Clock), call: Call, memo: T) -> Self {
        Self {
            nonce: random_text(host).expose().to_owned(),
            call,
            expires_at: host.now().as_secs() + LIFETIME,
            memo,
        }
    }

    /// Random text that is unique to this state.
    pub(crate) fn nonce(&self) -> &str {
        &self.nonce
    }

    /// The `requestState` for the client.
    pub(crate) fn seal(&self, sealer: &Sealer, rng: &impl Rng) -> String {
        sealer.seal(rng, Purpose::Confirmation, self)
    }

    /// Opens a `requestState` as a client sent it, which may be any JSON.
    ///
    /// # Errors
    /// [`RequestStateError`].
    pub(super) fn open(
        sealer: &Sealer,
        text: &Value,
        call: &Call,
        now: u64,
    ) -> Result<Self, RequestStateError> {
        let state: Self = text
            .as_str()
            .and_then(|text| sealer.open(Purpose::Confirmation, text))
            .ok_or(RequestStateError::Unreadable)?;
        if state.call.key != call.key {
            Err(RequestStateError::OtherKey)
        } else if state.call.tool != call.tool {
            Err(RequestStateError::OtherTool)
        } else if state.call.arguments != call.arguments {
            Err(RequestStateError::OtherArguments)
        } else if now >= state.expires_at {
            Err(RequestStateError::Expired)
        } else {
            Ok(state)
        }
    }
}
