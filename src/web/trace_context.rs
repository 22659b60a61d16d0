//! The position of a request in a distributed trace (W3C Trace Context).
//!
//! The connector passes the context on and records no span of its own. Where a request has none, none is made up,
//! because the trace would end here.

use crate::digest::hex;
use crate::host::Rng;
use http::{HeaderMap, HeaderValue};

const TRACEPARENT: &str = "traceparent";
const TRACESTATE: &str = "tracestate";
/// The longest `tracestate` that is passed on, in bytes (section 3.3.1.5: at least 512), and its most members (section
/// 3.3.1.1). A longer one is dropped whole; the trace still holds together.
const MAX_STATE: usize = 512;
const MAX_MEMBERS: usize = 32;
/// The flags that version 00 defines: `sampled`, and `random` of Level 2. All others are sent as 0 (section 3.2.2.5).
const KNOWN_FLAGS: u8 = 0b11;

/// A valid `traceparent` of version 00 with its `tracestate`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TraceContext {
    /// 32 lowercase hexadecimal digits.
    trace_id: String,
    flags: u8,
    state: Option<HeaderValue>,
}

impl TraceContext {
    /// The context in the headers of a request. A header that is not valid counts as absent.
    pub(crate) fn of_headers(headers: &HeaderMap) -> Option<Self> {
        let mut parents = headers.get_all(TRACEPARENT).iter();
        let (Some(parent), None) = (parents.next(), parents.next()) else {
            return None;
        };
        // A list may be split over several header fields (section 3.3.1).
        let states: Option<Vec<&str>> = headers
            .get_all(TRACESTATE)
            .iter()
            .map(|value| value.to_str().ok())
            .collect();
        Self::parse(parent.to_str().ok()?, &states?.join(","))
    }

    /// Reads `traceparent` and `tracestate`; an empty `tracestate` counts as absent.
    pub(crate) fn parse(parent: &str, state: &str) -> Option<Self> {
        let mut fields = parent.split('-');
        let (version, trace_id, parent_id, flags) = (
            fields.next()?,
            fields.next()?,
            fields.next()?,
            fields.next()?,
        );
        let is_id = |text: &str, digits: usize| {
            is_lower_hex(text, digits) && text.bytes().any(|digit| digit != b'0')
        };
        let is_valid = version == "00"
            && is_id(trace_id, 32)
            && is_id(parent_id, 16)
            && is_lower_hex(flags, 2)
            && fields.next().is_none();
        is_valid.then_some(())?;
        Some(Self {
            trace_id: trace_id.to_owned(),
            flags: u8::from_str_radix(flags, 16).ok()? & KNOWN_FLAGS,
            state: is_state(state)
                .then(|| HeaderValue::from_str(state).ok())
                .flatten(),
        })
    }

    pub(crate) fn trace_id(&self) -> &str {
        &self.trace_id
    }

    /// Adds the context to an outbound request, with a new parent id for the call.
    pub(crate) fn add_to(&self, headers: &mut HeaderMap, rng: &impl Rng) {
        let mut id = [0; 8];
        while id == [0; 8] {
            rng.fill(&mut id);
        }
        let parent = format!("00-{}-{}-{:02x}", self.trace_id, hex(&id), self.flags);
        #[expect(clippy::expect_used, reason = "hexadecimal digits and hyphens")]
        let parent = HeaderValue::from_str(&parent).expect("ASCII text");
        headers.insert(TRACEPARENT, parent);
        if let Some(state) = &self.state {
            headers.insert(TRACESTATE, state.clone());
        }
    }
}

fn is_lower_hex(text: &str, digits: usize) -> bool {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.len() == digits && text.bytes().all(is_digit)
}

/// Whether this is a list of `key=value` of visible characters, within the limits.
fn is_state(state: &str) -> bool {
    let is_member = |member: &str| {
        let member = member.trim_matches([' ', '\t']);
        member.is_empty()
            || member.split_once('=').is_some_and(|(key, value)| {
                let is_key = |byte: u8| {
                    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-*/@".contains(&byte)
                };
                let is_value = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'=';
                !key.is_empty()
                    && key.bytes().all(is_key)
                    && !value.is_empty()
                    && value.bytes().all(is_value)
            })
    };
    !state.is_empty()
        && state.len() <= MAX_STATE
        && state.split(',').count() <= MAX_MEMBERS
        && state.split(',').all(is_member)
}

#[cfg(test)]
mod tests;
