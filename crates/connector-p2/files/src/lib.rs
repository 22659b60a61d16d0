//! The connector for hosts with WASI 0.2 that offer a directory (`wasmtime serve --dir`, `jco serve`), as a component.
//! Its state is in files, because the key-value store of `wasmtime serve` forgets every write at the end of a request
//! and jco has none. The settings are environment variables with their names in upper case.

#[cfg(target_arch = "wasm32")]
mod component;
#[cfg(any(target_arch = "wasm32", test))]
mod store;
