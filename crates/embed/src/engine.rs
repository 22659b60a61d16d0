//! The WebAssembly engines of the process, one for each cache directory, and the thread that advances their epochs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::Thread;
use std::time::Duration;

use wasmtime::{Cache, CacheConfig, Config, Engine};

/// How often a busy guest yields its thread, so that other requests run and time limits are checked.
const EPOCH: Duration = Duration::from_millis(1);

static TICKER: OnceLock<Thread> = OnceLock::new();
static INSTANCES: AtomicUsize = AtomicUsize::new(0);

static ENGINES: Mutex<BTreeMap<Option<PathBuf>, Engine>> = Mutex::new(BTreeMap::new());

/// The engine that keeps compiled components in `cache_dir`, or in memory only. It is started on first use.
pub(crate) fn engine(cache_dir: Option<&Path>) -> wasmtime::Result<Engine> {
    let mut engines = ENGINES.lock().unwrap_or_else(PoisonError::into_inner);
    let cache_dir = cache_dir.map(Path::to_owned);
    if let Some(engine) = engines.get(&cache_dir) {
        return Ok(engine.clone());
    }
    let engine = start_engine(cache_dir.as_deref())?;
    if TICKER.get().is_none() {
        let thread = std::thread::Builder::new()
            .name("wasm-epoch".to_owned())
            .spawn(tick)?;
        // Only the holder of the lock sets the cell, and it was empty.
        let _ = TICKER.set(thread.thread().clone());
    }
    engines.insert(cache_dir, engine.clone());
    Ok(engine)
}

fn start_engine(cache_dir: Option<&Path>) -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    config.wasm_component_model(true);
    config.wasm_component_model_async(true);
    config.epoch_interruption(true);
    // A trap is one line of the log. Release builds of components carry no names, so a backtrace would be numbers only.
    config.wasm_backtrace_max_frames(None);
    if let Some(directory) = cache_dir {
        let mut cache = CacheConfig::new();
        // wasmtime wants a path from the root.
        cache.with_directory(std::path::absolute(directory)?);
        config.cache(Some(Cache::new(cache)?));
    }
    Engine::new(&config)
}

/// Advances the epochs while there are instances; sleeps otherwise.
fn tick() {
    loop {
        if INSTANCES.load(Ordering::SeqCst) == 0 {
            std::thread::park();
        } else {
            std::thread::sleep(EPOCH);
            let engines = ENGINES.lock().unwrap_or_else(PoisonError::into_inner);
            engines.values().for_each(Engine::increment_epoch);
        }
    }
}

/// Keeps the epoch advancing. Every instance holds one.
pub(crate) struct Ticking(());

impl Ticking {
    pub(crate) fn start() -> Self {
        if INSTANCES.fetch_add(1, Ordering::SeqCst) == 0
            && let Some(ticker) = TICKER.get()
        {
            ticker.unpark();
        }
        Self(())
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        INSTANCES.fetch_sub(1, Ordering::SeqCst);
    }
}
