//! The connector for hosts with WASI alone (`wasi:http` 0.2, `wasi:keyvalue`, `wasi:config`), as a component.
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

use tokportal_connector::host::StoreError;
use tokportal_connector_p2::{Increment, Platform, environment, export};

mod bindings {
    wit_bindgen::generate!({ path: "../../../wit", world: "plain", generate_all });
}

use bindings::wasi::config::store as config;
use bindings::wasi::keyvalue0_2_0_draft::{atomics, store};

#[derive(Debug, Clone, Copy)]
struct Plain;

impl Platform for Plain {
    const INCREMENT: Option<Increment> = Some(increment);

    /// Hosts differ in whether their configuration contains the environment of the component.
    fn variable(name: &str) -> Option<String> {
        let configured = config::get(name).ok().flatten();
        configured.or_else(|| environment(name))
    }

    fn get(key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        open()?
            .get(key)
            .map_err(|error| StoreError::of("get", &error))
    }

    fn set(key: &str, value: &[u8]) -> Result<(), StoreError> {
        open()?
            .set(key, value)
            .map_err(|error| StoreError::of("set", &error))
    }

    fn delete(key: &str) -> Result<(), StoreError> {
        open()?
            .delete(key)
            .map_err(|error| StoreError::of("delete", &error))
    }
}

/// The counters of this draft have no sign, and the connector only adds 0 and 1.
fn increment(key: &str, delta: i64) -> Result<i64, StoreError> {
    let delta = u64::try_from(delta).map_err(|error| StoreError::of("increment", &error))?;
    let sum = atomics::increment(&open()?, key, delta);
    let sum = sum.map_err(|error| StoreError::of("increment", &error))?;
    i64::try_from(sum).map_err(|error| StoreError::of("increment", &error))
}

/// Opens the bucket `default`. wasmtime has a single one without a name, which wasmCloud's store (NATS) refuses.
fn open() -> Result<store::Bucket, StoreError> {
    store::open("default")
        .or_else(|_| store::open(""))
        .map_err(|error| StoreError::of("open", &error))
}

export!(Plain);
