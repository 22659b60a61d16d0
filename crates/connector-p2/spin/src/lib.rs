//! The connector for every Spin since 2.6 and for Fermyon Cloud, as a component. These hosts have no atomic counters in
//! common.
#![cfg(target_arch = "wasm32")]

use tokportal_connector_p2::spin::{Counters, Spin};
use tokportal_connector_p2::{Increment, export};

#[derive(Debug, Clone, Copy)]
struct NoCounters;

impl Counters for NoCounters {
    const INCREMENT: Option<Increment> = None;
}

export!(Spin<NoCounters>);
