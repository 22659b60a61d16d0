//! Reads the body of a request, for which there must be room in the memory of the instance.

use super::http_checks::refuse;
use super::rejected_key;
use crate::access::credential::Credential;
use crate::access::resource_url::ResourceUrl;
use crate::app::Context;
use crate::event::Event;
use crate::host::{BodyError, Host, IncomingBody, Received, Unlimited};
use crate::mcp::protocol::message;
use crate::memory::ANSWER;
use crate::upstream::api;
use crate::upstream::portal::introspection::introspect;
use crate::upstream::portal::key_cache::{self, KeyStatus};
use crate::web::reply::{self, Reply};
use crate::web::status::ErrorStatus;
use crate::web::{json, media_type};
use bytes::Bytes;
use http::{HeaderMap, header};
use serde_json::Value;

/// The largest body in bytes, above the largest inline upload.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// The largest body that is read before the key is known to be valid, and for which every request has room.
const SMALL_BODY: usize = 64 * 1024;

/// The largest body whose values are made before they are counted. They take less than the largest answer, and counting them
/// first would read every body twice.
const COUNTED_LATER: usize = 2 * 1024;

/// A request whose body is to be read.
pub(super) struct Unread<'a, H, B> {
    pub(super) context: &'a Context<'a, H>,
    pub(super) caller: &'a Credential,
    pub(super) resource: &'a ResourceUrl,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: B,
}

impl<H: Host, B: IncomingBody> Unread<'_, H, B> {
    /// Reads the body as JSON. The values of all but the smallest bodies are counted before they are made.
    ///
    /// # Errors
    /// The reply to a body that is too large, incomplete or not JSON, or for which there is no room.
    pub(super) async fn read(mut self) -> Result<Value, Box<Reply>> {
        if media_type::of(self.headers) != "application/json" {
            return Err(refuse(
                ErrorStatus::UNSUPPORTED_MEDIA_TYPE,
                "The body must be JSON: Content-Type: application/json.",
            ));
        }
        let bytes = self.bytes().await?;
        if bytes.len() <= COUNTED_LATER {
            let value = parsed(&bytes)?;
            self.reserve(json::size_of_value(&value), bytes.len())
                .await?;
            return Ok(value);
        }
        let Ok(text) = std::str::from_utf8(&bytes) else {
            return parsed(&bytes);
        };
        let Some(values) = json::size_in_memory(text, json::MAX_VALUES) else {
            return Err(refuse(
                ErrorStatus::PAYLOAD_TOO_LARGE,
                "The body has too many values. Send fewer items at a time.",
            ));
        };
        self.reserve(values, bytes.len()).await?;
        parsed(&bytes)
    }

    /// Reserves the room that a request with values of this size, from a body of this length, needs.
    async fn reserve(&self, values: usize, length: usize) -> Result<(), Box<Reply>> {
        // While a call waits for its answer there are the values, the normalized ones, those of its preview, and its body
        // with a copy.
        let needed = 3 * values + 2 * length;
        self.context.room.set_used(length);
        self.wait_for(needed + ANSWER - length).await?;
        self.context.room.set_used(needed);
        Ok(())
    }

    /// Reads the bytes, and checks the key before the first one too many for a small body.
    async fn bytes(&mut self) -> Result<Bytes, Box<Reply>> {
        let too_large = || {
            refuse(
                ErrorStatus::PAYLOAD_TOO_LARGE,
                "The body is larger than 4 MiB. Send large files through an upload link.",
            )
        };
        let announced = self.headers.get(header::CONTENT_LENGTH);
        let announced = announced.and_then(|length| length.to_str().ok()?.trim().parse().ok());
        if announced.is_some_and(|length: usize| length > MAX_BODY) {
            return Err(too_large());
        }
        let large = announced.filter(|length| *length > SMALL_BODY);
        if let Some(length) = large {
            self.prepare_for(length).await?;
        }
        let mut is_prepared = large.is_some();
        let mut received = Received::new(MAX_BODY, &Unlimited);
        loop {
            let chunk = self.body.chunk().await.map_err(|error| match error {
                BodyError::TooLarge => too_large(),
                BodyError::Broken => refuse(ErrorStatus::BAD_REQUEST, "The body is incomplete."),
            })?;
            let Some(chunk) = chunk else { break };
            if !is_prepared && received.len().saturating_add(chunk.len()) > SMALL_BODY {
                self.prepare_for(MAX_BODY).await?;
                is_prepared = true;
            }
            if !received.push(&chunk) {
                return Err(too_large());
            }
        }
        Ok(received.finish().0)
    }

    /// Checks the key, and waits for the room of a body of this size with what is made from it.
    async fn prepare_for(&self, size: usize) -> Result<(), Box<Reply>> {
        self.check_key().await?;
        self.wait_for(5 * size + ANSWER).await
    }

    async fn wait_for(&self, bytes: usize) -> Result<(), Box<Reply>> {
        let context = self.context;
        if context.room.wait_for(context.host, bytes).await {
            return Ok(());
        }
        context.log(&Event::Overloaded);
        Err(try_again(
            "The connector has too many large requests right now. Nothing was done: send the same again in a moment.",
        ))
    }

    /// Refuses a key that is not valid. The portal is asked, or the API if there is no keys API or it does not answer.
    async fn check_key(&self) -> Result<(), Box<Reply>> {
        let (context, key) = (self.context, &self.caller.key);
        if key_cache::is_accepted(key, context.host.now()) {
            return Ok(());
        }
        let is_valid = match introspect(context, key).await {
            KeyStatus::Full | KeyStatus::ReadOnly => Ok(true),
            KeyStatus::Revoked => Ok(false),
            KeyStatus::Unknown => api::accepts(context, key).await,
        };
        match is_valid {
            Ok(true) => {
                key_cache::accept(key, context.host.now());
                Ok(())
            }
            Ok(false) => {
                let reply = rejected_key::unauthorized(context, self.caller, self.resource);
                Err(Box::new(reply.await))
            }
            Err(cause) => {
                context.log(&Event::KeyCheckFailed { cause });
                Err(try_again(
                    "The key cannot be checked right now, and it must be before a large body is read. Nothing was done: send the same again in a moment.",
                ))
            }
        }
    }
}

/// 503 with `Retry-After`.
fn try_again(message: &str) -> Box<Reply> {
    let mut reply = refuse(ErrorStatus::SERVICE_UNAVAILABLE, message);
    reply::set(&mut reply, header::RETRY_AFTER, "2");
    reply
}

fn parsed(bytes: &[u8]) -> Result<Value, Box<Reply>> {
    json::parse(bytes).map_err(|error| Box::new(message::unreadable(&error)))
}
