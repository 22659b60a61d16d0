//! End to end: the real components in the embedding host, over real HTTP.
//!
//! `make wasm` builds the components that these tests run. `tests/README.md` is the map.

mod attacks;
mod emulator;
mod flows;
mod routes;
mod support;
mod upstream;
