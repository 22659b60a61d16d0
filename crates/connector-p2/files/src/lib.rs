//! The connector for hosts with WASI 0.2 that offer a directory (`wasmtime serve --dir`, `jco serve`), as a component.
//! Its state is in files, because the key-value store of `wasmtime serve` forgets every write at the end of a request
//! and jco has none. The settings are environment variables with their names in upper case.
#![cfg_attr(
    not(test),
    warn(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        clippy::disallowed_methods,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable
    )
)]

#[cfg(target_arch = "wasm32")]
mod component;
#[cfg(any(target_arch = "wasm32", test))]
mod store;
