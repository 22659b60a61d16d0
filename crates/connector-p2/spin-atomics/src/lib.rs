//! The connector for Spin 3.0 and newer and for SpinKube, as a component. These hosts have atomic counters
//! (`wasi:keyvalue@0.2.0-draft2`), which open the same store.
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
use tokportal_connector_p2::spin::{Counters, Spin};
use tokportal_connector_p2::{Increment, export};

mod bindings {
    wit_bindgen::generate!({ path: "../../../wit", world: "atomics", generate_all });
}

use bindings::wasi::keyvalue0_2_0_draft2::{atomics, store};

#[derive(Debug, Clone, Copy)]
struct AtomicCounters;

impl Counters for AtomicCounters {
    const INCREMENT: Option<Increment> = Some(increment);
}

fn increment(key: &str, delta: i64) -> Result<i64, StoreError> {
    let counters = store::open("default").map_err(|error| StoreError::of("open", &error))?;
    let sum = atomics::increment(&counters, key, delta);
    sum.map_err(|error| StoreError::of("increment", &error))
}

export!(Spin<AtomicCounters>);
