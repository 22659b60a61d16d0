//! The connector for Spin 3.0 and newer and for SpinKube, as a component. These hosts have atomic counters
//! (`wasi:keyvalue@0.2.0-draft2`), which open the same store.
#![cfg(target_arch = "wasm32")]

use tokportal_connector::host::StoreError;
use tokportal_connector_p2::{Increment, Platform, export, spin};

mod bindings {
    wit_bindgen::generate!({ path: "../../../wit", world: "atomics", generate_all });
}

use bindings::wasi::keyvalue0_2_0_draft2::{atomics, store};

#[derive(Debug, Clone, Copy)]
struct SpinAtomics;

impl Platform for SpinAtomics {
    const INCREMENT: Option<Increment> = Some(increment);
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

fn increment(key: &str, delta: i64) -> Result<i64, StoreError> {
    let counters = store::open("default").map_err(|error| spin::failed("open", &error))?;
    atomics::increment(&counters, key, delta).map_err(|error| spin::failed("increment", &error))
}

export!(SpinAtomics);
