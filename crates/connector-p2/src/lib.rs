//! The shell of the connector for hosts with `wasi:http` 0.2, where each request usually has an instance of its own.
//!
//! What differs between such hosts, the variables and the key-value store, is [`Platform`]. A component is a crate that
//! implements it and calls [`export!`].
#![cfg(target_arch = "wasm32")]
#![cfg_attr(
    not(test),
    warn(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        clippy::disallowed_methods,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable
    )
)]

mod body;
mod host;
mod inbound;
mod outbound;
pub mod spin;
mod wait;

#[doc(hidden)]
pub use inbound::serve;
#[doc(hidden)]
pub use wasi;

use tokportal_connector::host::StoreError;

/// Adds the second argument to the counter named by the first one, and returns the sum.
pub type Increment = fn(&str, i64) -> Result<i64, StoreError>;

/// The variables and the key-value store of a host. The calls block the instance until the host answers.
pub trait Platform: Copy + 'static {
    /// The value of a variable; `None` if the host has none of this name.
    fn variable(name: &str) -> Option<String>;

    /// [`tokportal_connector::host::Store::get`].
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    fn get(key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// [`tokportal_connector::host::Store::set`].
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    fn set(key: &str, value: &[u8]) -> Result<(), StoreError>;

    /// [`tokportal_connector::host::Store::delete`].
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    fn delete(key: &str) -> Result<(), StoreError>;

    /// Adds to a counter in one step that no other caller can come between, and returns the sum; `None` on a host that
    /// cannot.
    const INCREMENT: Option<Increment>;

    /// Whether the host sets the headers `spin-…` of a request and removes those that a client sent. If it does not,
    /// the core never sees them, because it believes them.
    const SETS_SPIN_HEADERS: bool = false;
}

/// A variable that is set in the environment of the component, under its name in upper case.
#[must_use]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name.to_ascii_uppercase()).ok()
}

/// Exports `wasi:http/incoming-handler@0.2.0` from a component whose [`Platform`] is the given type.
#[macro_export]
macro_rules! export {
    ($platform:ty) => {
        struct Component;

        impl $crate::wasi::exports::http::incoming_handler::Guest for Component {
            fn handle(
                request: $crate::wasi::http::types::IncomingRequest,
                response: $crate::wasi::http::types::ResponseOutparam,
            ) {
                $crate::serve::<$platform>(request, response);
            }
        }

        $crate::wasi::http::proxy::export!(Component with_types_in $crate::wasi);
    };
}
