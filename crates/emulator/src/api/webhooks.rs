//! `/webhooks`: receivers, what they were sent, and the catalogue of event types.

pub(crate) mod catalogue;
pub(crate) mod deliveries;
pub(crate) mod endpoints;
pub(crate) mod outbox;
