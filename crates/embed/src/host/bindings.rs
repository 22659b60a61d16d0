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
