//! Opens key-value stores and finds them by their handle, for all key-value interfaces.

use wasmtime::Result;
use wasmtime::component::Resource;

use super::handles::{MAX_OPEN, OpenStore};
use crate::state::InstanceState;
use crate::storage::KeyValue;

/// Why a store was not opened.
pub(super) enum OpenError {
    AccessDenied,
    TableFull,
}

impl InstanceState {
    /// Opens a store that the component declares.
    pub(super) fn open_store(
        &mut self,
        label: String,
    ) -> Result<Result<Resource<OpenStore>, OpenError>> {
        let Some(store) = self.component.key_value.get(&label).cloned() else {
            let text = format!(
                "refused key-value store `{label}`: it is not in the component's key_value_stores"
            );
            self.component.log.host(&text);
            return Ok(Err(OpenError::AccessDenied));
        };
        if self.open_stores >= MAX_OPEN {
            return Ok(Err(OpenError::TableFull));
        }
        let store = self.table.push(OpenStore { store })?;
        self.open_stores += 1;
        Ok(Ok(store))
    }

    pub(super) fn close_store(&mut self, store: Resource<OpenStore>) -> Result<()> {
        self.table.delete(store)?;
        self.open_stores -= 1;
        Ok(())
    }

    /// The store behind a handle.
    pub(super) fn store(&self, store: &Resource<OpenStore>) -> Result<KeyValue> {
        Ok(self.table.get(store)?.store.clone())
    }
}
