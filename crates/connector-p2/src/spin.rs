//! Variables and key-value store of Spin (`fermyon:spin@2.0.0`), for the components that run there.

use crate::{Increment, Platform};
use std::marker::PhantomData;
use tokportal_connector::host::StoreError;

mod bindings {
    wit_bindgen::generate!({ path: "../../wit", world: "spin", generate_all });
}

use bindings::fermyon::spin::key_value::Store;
use bindings::fermyon::spin::variables;

/// The counters of a Spin.
pub trait Counters: Copy + 'static {
    /// [`Platform::INCREMENT`].
    const INCREMENT: Option<Increment>;
}

/// A Spin with these counters.
#[derive(Debug, Clone, Copy)]
pub struct Spin<C>(PhantomData<C>);

impl<C: Counters> Platform for Spin<C> {
    const INCREMENT: Option<Increment> = C::INCREMENT;
    const SETS_SPIN_HEADERS: bool = true;

    /// A variable that the manifest does not declare counts as absent.
    fn variable(name: &str) -> Option<String> {
        variables::get(name).ok()
    }

    fn get(key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let value = open()?.get(key);
        value.map_err(|error| StoreError::of("get", &error))
    }

    fn set(key: &str, value: &[u8]) -> Result<(), StoreError> {
        let result = open()?.set(key, value);
        result.map_err(|error| StoreError::of("set", &error))
    }

    fn delete(key: &str) -> Result<(), StoreError> {
        let result = open()?.delete(key);
        result.map_err(|error| StoreError::of("delete", &error))
    }
}

fn open() -> Result<Store, StoreError> {
    Store::open("default").map_err(|error| StoreError::of("open", &error))
}
