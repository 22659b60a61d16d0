//! `wasi:keyvalue@0.2.0-draft2`: store, batch and atomics.

use wasmtime::Result;
use wasmtime::component::Resource;

use super::bindings::wasi::keyvalue::store::{Error, KeyResponse};
use super::bindings::wasi::keyvalue::{atomics, batch, store};
use super::handles::{CompareAndSwap, OpenStore};
use super::stores::OpenError;
use crate::state::InstanceState;
use crate::storage::SwapResult;

impl store::Host for InstanceState {
    fn open(&mut self, label: String) -> Result<Result<Resource<OpenStore>, Error>> {
        Ok(self.open_store(label)?.map_err(|error| match error {
            OpenError::AccessDenied => Error::AccessDenied,
            OpenError::TableFull => Error::Other("too many open stores".to_owned()),
        }))
    }
}

impl store::HostBucket for InstanceState {
    async fn get(
        &mut self,
        bucket: Resource<OpenStore>,
        key: String,
    ) -> Result<Result<Option<Vec<u8>>, Error>> {
        let store = self.store(&bucket)?;
        Ok(store.get(&key).await.map_err(Error::Other))
    }

    async fn set(
        &mut self,
        bucket: Resource<OpenStore>,
        key: String,
        value: Vec<u8>,
    ) -> Result<Result<(), Error>> {
        let store = self.store(&bucket)?;
        Ok(store.set(&key, &value).await.map_err(Error::Other))
    }

    async fn delete(
        &mut self,
        bucket: Resource<OpenStore>,
        key: String,
    ) -> Result<Result<(), Error>> {
        let store = self.store(&bucket)?;
        Ok(store.delete(&key).await.map_err(Error::Other))
    }

    async fn exists(
        &mut self,
        bucket: Resource<OpenStore>,
        key: String,
    ) -> Result<Result<bool, Error>> {
        let store = self.store(&bucket)?;
        Ok(store.exists(&key).await.map_err(Error::Other))
    }

    async fn list_keys(
        &mut self,
        bucket: Resource<OpenStore>,
        cursor: Option<String>,
    ) -> Result<Result<KeyResponse, Error>> {
        if cursor.is_some() {
            // This host returns all keys at once and never hands out a cursor.
            return Ok(Err(Error::Other("unknown cursor".to_owned())));
        }
        let store = self.store(&bucket)?;
        Ok(store
            .keys()
            .await
            .map(|keys| KeyResponse { keys, cursor: None })
            .map_err(Error::Other))
    }

    fn drop(&mut self, bucket: Resource<OpenStore>) -> Result<()> {
        self.close_store(bucket)
    }
}

impl batch::Host for InstanceState {
    async fn get_many(
        &mut self,
        bucket: Resource<OpenStore>,
        keys: Vec<String>,
    ) -> Result<Result<Vec<(String, Option<Vec<u8>>)>, Error>> {
        let store = self.store(&bucket)?;
        Ok(store.get_many(keys).await.map_err(Error::Other))
    }

    async fn set_many(
        &mut self,
        bucket: Resource<OpenStore>,
        entries: Vec<(String, Vec<u8>)>,
    ) -> Result<Result<(), Error>> {
        let store = self.store(&bucket)?;
        Ok(store.set_many(&entries).await.map_err(Error::Other))
    }

    async fn delete_many(
        &mut self,
        bucket: Resource<OpenStore>,
        keys: Vec<String>,
    ) -> Result<Result<(), Error>> {
        let store = self.store(&bucket)?;
        Ok(store.delete_many(&keys).await.map_err(Error::Other))
    }
}

impl atomics::HostCas for InstanceState {
    async fn new(
        &mut self,
        bucket: Resource<OpenStore>,
        key: String,
    ) -> Result<Result<Resource<CompareAndSwap>, Error>> {
        let store = self.store(&bucket)?;
        // A guest may swap without calling `current`, so the expected value is read here.
        match store.get(&key).await {
            Ok(seen) => Ok(Ok(self.table.push(CompareAndSwap { store, key, seen })?)),
            Err(error) => Ok(Err(Error::Other(error))),
        }
    }

    async fn current(
        &mut self,
        cas: Resource<CompareAndSwap>,
    ) -> Result<Result<Option<Vec<u8>>, Error>> {
        let cas = self.table.get_mut(&cas)?;
        Ok(match cas.store.get(&cas.key).await {
            Ok(value) => {
                cas.seen.clone_from(&value);
                Ok(value)
            }
            Err(error) => Err(Error::Other(error)),
        })
    }

    fn drop(&mut self, cas: Resource<CompareAndSwap>) -> Result<()> {
        self.table.delete(cas)?;
        Ok(())
    }
}

impl atomics::Host for InstanceState {
    async fn increment(
        &mut self,
        bucket: Resource<OpenStore>,
        key: String,
        delta: i64,
    ) -> Result<Result<i64, Error>> {
        let store = self.store(&bucket)?;
        Ok(store.increment(&key, delta).await.map_err(Error::Other))
    }

    async fn swap(
        &mut self,
        cas: Resource<CompareAndSwap>,
        value: Vec<u8>,
    ) -> Result<Result<(), atomics::CasError>> {
        let CompareAndSwap { store, key, seen } = self.table.delete(cas)?;
        Ok(match store.swap(&key, seen.as_deref(), &value).await {
            Ok(SwapResult::Done) => Ok(()),
            Ok(SwapResult::Stale(seen)) => {
                let retry = self.table.push(CompareAndSwap { store, key, seen })?;
                Err(atomics::CasError::CasFailed(retry))
            }
            Err(error) => Err(atomics::CasError::StoreError(Error::Other(error))),
        })
    }
}
