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
    fn get(
        &mut self,
        bucket: Resource<OpenStore>,
        key: String,
    ) -> Result<Result<Option<Vec<u8>>, Error>> {
        let (storage, label) = self.store(&bucket)?;
        Ok(storage.get(label, &key).map_err(Error::Other))
    }

    fn set(
        &mut self,
        bucket: Resource<OpenStore>,
        key: String,
        value: Vec<u8>,
    ) -> Result<Result<(), Error>> {
        let (storage, label) = self.store(&bucket)?;
        Ok(storage.set(label, &key, &value).map_err(Error::Other))
    }

    fn delete(&mut self, bucket: Resource<OpenStore>, key: String) -> Result<Result<(), Error>> {
        let (storage, label) = self.store(&bucket)?;
        Ok(storage.delete(label, &key).map_err(Error::Other))
    }

    fn exists(&mut self, bucket: Resource<OpenStore>, key: String) -> Result<Result<bool, Error>> {
        let (storage, label) = self.store(&bucket)?;
        Ok(storage.exists(label, &key).map_err(Error::Other))
    }

    fn list_keys(
        &mut self,
        bucket: Resource<OpenStore>,
        cursor: Option<String>,
    ) -> Result<Result<KeyResponse, Error>> {
        if cursor.is_some() {
            // This host returns all keys at once and never hands out a cursor.
            return Ok(Err(Error::Other("unknown cursor".to_owned())));
        }
        let (storage, label) = self.store(&bucket)?;
        Ok(storage
            .keys(label)
            .map(|keys| KeyResponse { keys, cursor: None })
            .map_err(Error::Other))
    }

    fn drop(&mut self, bucket: Resource<OpenStore>) -> Result<()> {
        self.close_store(bucket)
    }
}

impl batch::Host for InstanceState {
    fn get_many(
        &mut self,
        bucket: Resource<OpenStore>,
        keys: Vec<String>,
    ) -> Result<Result<Vec<(String, Option<Vec<u8>>)>, Error>> {
        let (storage, label) = self.store(&bucket)?;
        Ok(storage.get_many(label, keys).map_err(Error::Other))
    }

    fn set_many(
        &mut self,
        bucket: Resource<OpenStore>,
        entries: Vec<(String, Vec<u8>)>,
    ) -> Result<Result<(), Error>> {
        let (storage, label) = self.store(&bucket)?;
        Ok(storage.set_many(label, &entries).map_err(Error::Other))
    }

    fn delete_many(
        &mut self,
        bucket: Resource<OpenStore>,
        keys: Vec<String>,
    ) -> Result<Result<(), Error>> {
        let (storage, label) = self.store(&bucket)?;
        Ok(storage.delete_many(label, &keys).map_err(Error::Other))
    }
}

impl atomics::HostCas for InstanceState {
    fn new(
        &mut self,
        bucket: Resource<OpenStore>,
        key: String,
    ) -> Result<Result<Resource<CompareAndSwap>, Error>> {
        let (storage, label) = self.store(&bucket)?;
        // A guest may swap without calling `current`, so the expected value is read here.
        match storage.get(label, &key) {
            Ok(seen) => {
                let label = label.to_owned();
                Ok(Ok(self.table.push(CompareAndSwap { label, key, seen })?))
            }
            Err(error) => Ok(Err(Error::Other(error))),
        }
    }

    fn current(&mut self, cas: Resource<CompareAndSwap>) -> Result<Result<Option<Vec<u8>>, Error>> {
        let storage = self.component.key_value.clone();
        let cas = self.table.get_mut(&cas)?;
        Ok(match storage.get(&cas.label, &cas.key) {
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
    fn increment(
        &mut self,
        bucket: Resource<OpenStore>,
        key: String,
        delta: i64,
    ) -> Result<Result<i64, Error>> {
        let (storage, label) = self.store(&bucket)?;
        Ok(storage.increment(label, &key, delta).map_err(Error::Other))
    }

    fn swap(
        &mut self,
        cas: Resource<CompareAndSwap>,
        value: Vec<u8>,
    ) -> Result<Result<(), atomics::CasError>> {
        let CompareAndSwap { label, key, seen } = self.table.delete(cas)?;
        Ok(
            match self
                .component
                .key_value
                .swap(&label, &key, seen.as_deref(), &value)
            {
                Ok(SwapResult::Done) => Ok(()),
                Ok(SwapResult::Stale(seen)) => {
                    let retry = self.table.push(CompareAndSwap { label, key, seen })?;
                    Err(atomics::CasError::CasFailed(retry))
                }
                Err(error) => Err(atomics::CasError::StoreError(Error::Other(error))),
            },
        )
    }
}
