//! Variables and key-value store of Spin (`fermyon:spin@2.0.0`), for the components that run there.

use tokportal_connector::host::StoreError;

mod bindings {
    wit_bindgen::generate!({ path: "../../wit", world: "spin", generate_all });
}

use bindings::fermyon::spin::key_value::Store;
use bindings::fermyon::spin::variables;

/// [`crate::Platform::variable`]. A variable that the manifest does not declare counts as absent.
pub fn variable(name: &str) -> Option<String> {
    variables::get(name).ok()
}

/// [`crate::Platform::get`].
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn get(key: &str) -> Result<Option<Vec<u8>>, StoreError> {
    open()?.get(key).map_err(|error| failed("get", &error))
}

/// [`crate::Platform::set`].
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn set(key: &str, value: &[u8]) -> Result<(), StoreError> {
    let store = open()?;
    store.set(key, value).map_err(|error| failed("set", &error))
}

/// [`crate::Platform::delete`].
///
/// # Errors
/// [`StoreError`] when the store fails.
pub fn delete(key: &str) -> Result<(), StoreError> {
    let store = open()?;
    store.delete(key).map_err(|error| failed("delete", &error))
}

fn open() -> Result<Store, StoreError> {
    Store::open("default").map_err(|error| failed("open", &error))
}

/// The error of a store call. No error of the interface contains a value.
pub fn failed(call: &str, error: &impl std::fmt::Debug) -> StoreError {
    StoreError(format!("{call}: {error:?}"))
}
