//! The interfaces that the host offers to components beside WASI itself, one file each.

mod bindings;
mod handles;
mod key_value;
mod key_value_v2;
mod sqlite;
mod stores;
mod variables;
mod wasi_key_value;

pub(crate) use bindings::add_to_linker;
