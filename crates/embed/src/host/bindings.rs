//! The bindings that wasmtime generates from `wit/`.

use wasmtime::component::{HasData, Linker};

use crate::state::InstanceState;

mod generated {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "host",
        imports: {
            "spin:sqlite/sqlite.[static]connection.open": trappable,
            "spin:sqlite/sqlite.[method]connection.execute": async | trappable,
            "fermyon:spin/key-value.[method]store.get": async | trappable,
            "fermyon:spin/key-value.[method]store.set": async | trappable,
            "fermyon:spin/key-value.[method]store.delete": async | trappable,
            "fermyon:spin/key-value.[method]store.exists": async | trappable,
            "fermyon:spin/key-value.[method]store.get-keys": async | trappable,
            "wasi:keyvalue/store.[method]bucket.get": async | trappable,
            "wasi:keyvalue/store.[method]bucket.set": async | trappable,
            "wasi:keyvalue/store.[method]bucket.delete": async | trappable,
            "wasi:keyvalue/store.[method]bucket.exists": async | trappable,
            "wasi:keyvalue/store.[method]bucket.list-keys": async | trappable,
            "wasi:keyvalue/batch.get-many": async | trappable,
            "wasi:keyvalue/batch.set-many": async | trappable,
            "wasi:keyvalue/batch.delete-many": async | trappable,
            "wasi:keyvalue/atomics.[static]cas.new": async | trappable,
            "wasi:keyvalue/atomics.[method]cas.current": async | trappable,
            "wasi:keyvalue/atomics.increment": async | trappable,
            "wasi:keyvalue/atomics.swap": async | trappable,
            default: trappable,
        },
        with: {
            "spin:key-value/key-value.store": crate::host::handles::OpenStore,
            "fermyon:spin/key-value.store": crate::host::handles::OpenStore,
            "wasi:keyvalue/store.bucket": crate::host::handles::OpenStore,
            "wasi:keyvalue/atomics.cas": crate::host::handles::CompareAndSwap,
            "spin:sqlite/sqlite.connection": crate::host::handles::Connection,
        },
    });
}

pub(super) use generated::{fermyon, spin, wasi};

/// Gives the implementations access to the state of an instance.
pub(super) struct HostData;

impl HasData for HostData {
    type Data<'a> = &'a mut InstanceState;
}

/// Adds all interfaces to `linker`.
pub(crate) fn add_to_linker(linker: &mut Linker<InstanceState>) -> wasmtime::Result<()> {
    generated::Host_::add_to_linker::<_, HostData>(linker, |state| state)
}
