//! `fermyon:spin/key-value@2.0.0`, for WASI p2 components.

use wasmtime::Result;
use wasmtime::component::Resource;

use super::bindings::fermyon::spin::key_value::{Error, Host, HostStore};
use super::handles::OpenStore;
use super::stores::OpenError;
use crate::state::InstanceState;

impl Host for InstanceState {}

impl HostStore for InstanceState {
    fn open(&mut self, label: String) -> Result<Result<Resource<OpenStore>, Error>> {
        Ok(self.open_store(label)?.map_err(|error| match error {
            OpenError::AccessDenied => Error::AccessDenied,
            OpenError::TableFull => Error::StoreTableFull,
        }))
    }

    async fn get(
        &mut self,
        store: Resource<OpenStore>,
        key: String,
    ) -> Result<Result<Option<Vec<u8>>, Error>> {
        let store = self.store(&store)?;
        Ok(store.get(&key).await.map_err(Error::Other))
    }

    async fn set(
        &mut self,
        store: Resource<OpenStore>,
        key: String,
        value: Vec<u8>,
    ) -> Result<Result<(), Error>> {
        let store = self.store(&store)?;
        Ok(store.set(&key, &value).await.map_err(Error::Other))
    }

    async fn delete(
        &mut self,
        store: Resource<OpenStore>,
        key: String,
    ) -> Result<Result<(), Error>> {
        let store = self.store(&store)?;
        Ok(store.delete(&key).await.map_err(Error::Other))
    }

    async fn exists(
        &mut self,
        store: Resource<OpenStore>,
        key: String,
    ) -> Result<Result<bool, Error>> {
        let store = self.store(&store)?;
        Ok(store.exists(&key).await.map_err(Error::Other))
    }

    async fn get_keys(&mut self, store: Resource<OpenStore>) -> Result<Result<Vec<String>, Error>> {
        let store = self.store(&store)?;
        Ok(store.keys().await.map_err(Error::Other))
    }

    fn drop(&mut self, store: Resource<OpenStore>) -> Result<()> {
        self.close_store(store)
    }
}
