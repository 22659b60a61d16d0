//! The connector for every Spin since 2.6 and for Fermyon Cloud, as a component. These hosts have no atomic counters in
//! common.
#![cfg(target_arch = "wasm32")]

use tokportal_connector::host::StoreError;
use tokportal_connector_p2::{Increment, Platform, export, spin};

#[derive(Debug, Clone, Copy)]
struct Spin;

impl Platform for Spin {
    const INCREMENT: Option<Increment> = None;
    const SETS_SPIN_HEADERS: bool = true;

    fn variable(name: &str) -> Option<String> {
        spin::variable(name)
    }

    fn get(key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        spin::get(key)
    }

    fn set(key: &str, value: &[u8]) -> Result<(), StoreError> {
        spin::set(key, value)
    }

    fn delete(key: &str) -> Result<(), StoreError> {
        spin::delete(key)
    }
}

export!(Spin);
