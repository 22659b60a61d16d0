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

    fn get(
        &mut self,
        store: Resource<OpenStore>,
        key: String,
    ) -> Result<Result<Option<Vec<u8>>, Error>> {
        let (storage, label) = self.store(&store)?;
        Ok(storage.get(label, &key).map_err(Error::Other))
    }

    fn set(
        &mut self,
        store: Resource<OpenStore>,
        key: String,
        value: Vec<u8>,
    ) -> Result<Result<(), Error>> {
        let (storage, label) = self.store(&store)?;
        Ok(storage.set(label, &key, &value).map_err(Error::Other))
    }

    fn delete(&mut self, store: Resource<OpenStore>, key: String) -> Result<Result<(), Error>> {
        let (storage, label) = self.store(&store)?;
        Ok(storage.delete(label, &key).map_err(Error::Other))
    }

    fn exists(&mut self, store: Resource<OpenStore>, key: String) -> Result<Result<bool, Error>> {
        let (storage, label) = self.store(&store)?;
        Ok(storage.exists(label, &key).map_err(Error::Other))
    }

    fn get_keys(&mut self, store: Resource<OpenStore>) -> Result<Result<Vec<String>, Error>> {
        let (storage, label) = self.store(&store)?;
        Ok(storage.keys(label).map_err(Error::Other))
    }

    fn drop(&mut self, store: Resource<OpenStore>) -> Result<()> {
        self.close_store(store)
    }
}
