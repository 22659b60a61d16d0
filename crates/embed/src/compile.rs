//! Compiles components and resolves their imports. Each component is compiled once per process and cache directory.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use wasmtime::Engine;
use wasmtime::component::{Component, Linker};
use wasmtime_wasi_http::handler::ProxyPre;
use wasmtime_wasi_http::{p2, p3};

use crate::engine::engine;
use crate::host;
use crate::state::InstanceState;

/// A compiled component with its imports resolved, ready to be instantiated.
pub(crate) struct Compiled {
    pub(crate) engine: Engine,
    pub(crate) pre: ProxyPre<InstanceState>,
    /// Whether it exports `wasi:http/handler@0.3`, whose instances serve many requests.
    pub(crate) is_p3: bool,
}

/// Compiles the component in `bytes`, or returns it from the cache if this process has compiled the same bytes before.
///
/// The call blocks while it compiles, which takes half a second or more.
/// With `cache_dir`, code is loaded from there if an earlier process has compiled the same bytes.
pub(crate) fn compile(bytes: &[u8], cache_dir: Option<PathBuf>) -> wasmtime::Result<Arc<Compiled>> {
    type Slot = Arc<OnceLock<Arc<Compiled>>>;
    type Slots = HashMap<Box<[u8]>, Slot>;
    static CACHE: Mutex<BTreeMap<Option<PathBuf>, Slots>> = Mutex::new(BTreeMap::new());
    static COMPILING: Mutex<()> = Mutex::new(());

    let slot = {
        let mut caches = CACHE.lock().unwrap_or_else(PoisonError::into_inner);
        let cache = caches.entry(cache_dir.clone()).or_default();
        match cache.get(bytes) {
            Some(slot) => Arc::clone(slot),
            None => Arc::clone(cache.entry(bytes.into()).or_default()),
        }
    };
    if let Some(compiled) = slot.get() {
        return Ok(Arc::clone(compiled));
    }
    // A second caller waits here for the first one instead of compiling the same bytes again.
    let _compiling = COMPILING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(compiled) = slot.get() {
        return Ok(Arc::clone(compiled));
    }
    // A failure leaves the slot empty, so the next caller tries again.
    let compiled = Arc::new(compile_new(bytes, cache_dir.as_deref())?);
    Ok(Arc::clone(slot.get_or_init(|| compiled)))
}

fn compile_new(bytes: &[u8], cache_dir: Option<&Path>) -> wasmtime::Result<Compiled> {
    let engine = engine(cache_dir)?;
    let component = Component::from_binary(&engine, bytes)?;
    let pre = linker(&engine)?.instantiate_pre(&component)?;
    match p3::bindings::ServicePre::new(pre.clone()) {
        Ok(pre) => Ok(Compiled {
            engine,
            pre: ProxyPre::P3(pre),
            is_p3: true,
        }),
        Err(p3_error) => match p2::bindings::ProxyPre::new(pre) {
            Ok(pre) => Ok(Compiled {
                engine,
                pre: ProxyPre::P2(pre),
                is_p3: false,
            }),
            Err(_) => Err(p3_error.context(
                "it exports neither wasi:http/handler@0.3 nor wasi:http/incoming-handler@0.2",
            )),
        },
    }
}

fn linker(engine: &Engine) -> wasmtime::Result<Linker<InstanceState>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    p2::add_only_http_to_linker_async(&mut linker)?;
    p3::add_to_linker(&mut linker)?;
    host::add_to_linker(&mut linker)?;
    Ok(linker)
}
