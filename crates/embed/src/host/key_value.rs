//! `spin:key-value@3.0.0`.

use wasmtime::Result;
use wasmtime::component::{Accessor, FutureReader, Resource, StreamReader};

use super::bindings::HostData;
use super::bindings::spin::key_value::key_value::{Error, Host, HostStore, HostStoreWithStore};
use super::handles::OpenStore;
use super::stores::OpenError;
use crate::state::InstanceState;
use crate::storage::KeyValue;

impl Host for InstanceState {}

impl HostStore for InstanceState {
    fn drop(&mut self, store: Resource<OpenStore>) -> Result<()> {
        self.close_store(store)
    }
}

/// The store behind a handle.
fn store_of<T: Send>(
    accessor: &Accessor<T, HostData>,
    store: &Resource<OpenStore>,
) -> Result<KeyValue> {
    accessor.with(|mut access| access.get().store(store))
}

impl<T: Send + 'static> HostStoreWithStore<T> for HostData {
    async fn open(
        accessor: &Accessor<T, Self>,
        label: String,
    ) -> Result<Result<Resource<OpenStore>, Error>> {
        let opened = accessor.with(|mut access| access.get().open_store(label))?;
        Ok(opened.map_err(|error| match error {
            OpenError::AccessDenied => Error::AccessDenied,
            OpenError::TableFull => Error::StoreTableFull,
        }))
    }

    async fn get(
        accessor: &Accessor<T, Self>,
        store: Resource<OpenStore>,
        key: String,
    ) -> Result<Result<Option<Vec<u8>>, Error>> {
        let store = store_of(accessor, &store)?;
        Ok(store.get(&key).await.map_err(Error::Other))
    }

    async fn set(
        accessor: &Accessor<T, Self>,
        store: Resource<OpenStore>,
        key: String,
        value: Vec<u8>,
    ) -> Result<Result<(), Error>> {
        let store = store_of(accessor, &store)?;
        Ok(store.set(&key, &value).await.map_err(Error::Other))
    }

    async fn delete(
        accessor: &Accessor<T, Self>,
        store: Resource<OpenStore>,
        key: String,
    ) -> Result<Result<(), Error>> {
        let store = store_of(accessor, &store)?;
        Ok(store.delete(&key).await.map_err(Error::Other))
    }

    async fn exists(
        accessor: &Accessor<T, Self>,
        store: Resource<OpenStore>,
        key: String,
    ) -> Result<Result<bool, Error>> {
        let store = store_of(accessor, &store)?;
        Ok(store.exists(&key).await.map_err(Error::Other))
    }

    async fn get_keys(
        accessor: &Accessor<T, Self>,
        store: Resource<OpenStore>,
    ) -> Result<(StreamReader<String>, FutureReader<Result<(), Error>>)> {
        let (keys, end) = match store_of(accessor, &store)?.keys().await {
            Ok(keys) => (keys, Ok(())),
            Err(error) => (Vec::new(), Err(Error::Other(error))),
        };
        accessor.with(|mut access| {
            let keys = StreamReader::new(&mut access, keys)?;
            let end = FutureReader::new(&mut access, async move { wasmtime::error::Ok(end) })?;
            Ok((keys, end))
        })
    }
}
