//! The connector for every Spin since 2.6 and for Fermyon Cloud, as a component. These hosts have no atomic counters in
//! common.
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

use tokportal_connector_p2::spin::{Counters, Spin};
use tokportal_connector_p2::{Increment, export};

#[derive(Debug, Clone, Copy)]
struct NoCounters;

impl Counters for NoCounters {
    const INCREMENT: Option<Increment> = None;
}

export!(Spin<NoCounters>);
