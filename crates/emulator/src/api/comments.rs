//! `/comments`: paid comments. [`orders`] has what a client asks for, [`task`] what becomes of it.

pub(crate) mod orders;
pub(crate) mod task;

pub(crate) use self::orders::{approve, delete, dispute, verifications};
pub(crate) use self::task::{advance, next_due};
