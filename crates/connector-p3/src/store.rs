//! The key-value store of a Spin host: values by `spin:key-value`, counters by the atomics of `wasi:keyvalue`.

use super::SpinHost;
use spin_sdk::key_value::Store as Values;
use tokportal_connector::host::{Store, StoreError};

/// A key that no row has.
const NO_KEY: &str = "none";

async fn open() -> Result<Values, StoreError> {
    let values = Values::open_default().await;
    values.map_err(|error| StoreError::of("open", &error))
}

impl Store for SpinHost<'_> {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        open()
            .await?
            .get(key)
            .await
            .map_err(|error| StoreError::of("get", &error))
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        open()
            .await?
            .set(key, value)
            .await
            .map_err(|error| StoreError::of("set", &error))
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        open()
            .await?
            .delete(key)
            .await
            .map_err(|error| StoreError::of("delete", &error))
    }

    fn has_atomic_counters(&self) -> bool {
        true
    }

    /// The WASI call blocks the instance until the store answers, so no limit of time can end it. The call before it can be
    /// given up, so a store that hangs is noticed there.
    async fn increment(&self, key: &str, delta: i64) -> Result<i64, StoreError> {
        use super::atomics::wasi::keyvalue0_2_0_draft2::{atomics, store};
        open()
            .await?
            .exists(NO_KEY)
            .await
            .map_err(|error| StoreError::of("exists", &error))?;
        let counters = store::open("default").map_err(|error| StoreError::of("open", &error))?;
        atomics::increment(&counters, key, delta)
            .map_err(|error| StoreError::of("increment", &error))
    }
}
