//! The interfaces the host gives to components beside WASI itself: one file each.

mod key_value;
mod key_value_v2;
mod sqlite;
mod variables;
mod wasi_key_value;

use wasmtime::component::{HasData, Linker};

use crate::instance::InstanceState;

/// Stores and databases that one instance may have open at a time, as in Spin.
pub(crate) const MAX_OPEN: usize = 256;

/// Bytes that one answer of a store or database may have, so that a component cannot fill the host's memory.
pub(crate) const MAX_RESULT_BYTES: usize = 128 << 20;

mod bindings {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "host",
        imports: {
            "spin:sqlite/sqlite.[static]connection.open": trappable,
            "spin:sqlite/sqlite.[method]connection.execute": async | trappable,
            default: trappable,
        },
        with: {
            "spin:key-value/key-value.store": crate::host::OpenStore,
            "fermyon:spin/key-value.store": crate::host::OpenStore,
            "wasi:keyvalue/store.bucket": crate::host::OpenStore,
            "wasi:keyvalue/atomics.cas": super::wasi_key_value::CompareAndSwap,
            "spin:sqlite/sqlite.connection": super::sqlite::Connection,
        },
    });
}

/// The key-value store behind a guest's handle, by its label.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct OpenStore {
    label: String,
}

/// Lends the state of an instance to the implementations.
pub(crate) struct HostData;

impl HasData for HostData {
    type Data<'a> = &'a mut InstanceState;
}

/// Adds all interfaces to `linker`.
pub(crate) fn add_to_linker(linker: &mut Linker<InstanceState>) -> wasmtime::Result<()> {
    bindings::Host_::add_to_linker::<_, HostData>(linker, |state| state)
}
