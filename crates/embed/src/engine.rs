//! The WebAssembly engine: one for the process, as are the compiled components.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::Thread;
use std::time::Duration;

use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine};
use wasmtime_wasi_http::handler::ProxyPre;
use wasmtime_wasi_http::{p2, p3};

use crate::host;
use crate::instance::InstanceState;

/// How often a busy guest hands the thread back, so that other requests run and time limits are seen.
const EPOCH: Duration = Duration::from_millis(1);

/// A compiled component with its imports resolved, ready to be instantiated.
pub(crate) struct Compiled {
    pub(crate) pre: ProxyPre<InstanceState>,
    /// Whether it exports `wasi:http/handler@0.3`, whose instances serve many requests.
    pub(crate) is_p3: bool,
}

/// The compiled form of the component in `bytes`, from the cache if the same bytes were compiled before.
///
/// It blocks for as long as compilation takes: half a second and more.
pub(crate) fn compile(bytes: &[u8]) -> wasmtime::Result<Arc<Compiled>> {
    type Slot = Arc<OnceLock<Arc<Compiled>>>;
    static CACHE: OnceLock<Mutex<HashMap<Box<[u8]>, Slot>>> = OnceLock::new();

    let slot = {
        let mut cache = CACHE
            .get_or_init(Mutex::default)
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match cache.get(bytes) {
            Some(slot) => Arc::clone(slot),
            None => Arc::clone(cache.entry(bytes.into()).or_default()),
        }
    };
    if let Some(compiled) = slot.get() {
        return Ok(Arc::clone(compiled));
    }
    let mut failure = None;
    // Whoever comes second waits here for the first instead of compiling as well.
    static COMPILING: Mutex<()> = Mutex::new(());
    let _alone = COMPILING.lock().unwrap_or_else(PoisonError::into_inner);
    if slot.get().is_none() {
        match compile_new(bytes) {
            Ok(compiled) => {
                let _ = slot.set(Arc::new(compiled));
            }
            Err(error) => failure = Some(error),
        }
    }
    match (slot.get(), failure) {
        (Some(compiled), _) => Ok(Arc::clone(compiled)),
        (None, Some(error)) => Err(error),
        (None, None) => Err(wasmtime::format_err!("compilation gave no result")),
    }
}

fn compile_new(bytes: &[u8]) -> wasmtime::Result<Compiled> {
    let engine = engine()?;
    let component = Component::from_binary(engine, bytes)?;
    let pre = linker(engine)?.instantiate_pre(&component)?;
    match p3::bindings::ServicePre::new(pre.clone()) {
        Ok(pre) => Ok(Compiled {
            pre: ProxyPre::P3(pre),
            is_p3: true,
        }),
        Err(p3_error) => match p2::bindings::ProxyPre::new(pre) {
            Ok(pre) => Ok(Compiled {
                pre: ProxyPre::P2(pre),
                is_p3: false,
            }),
            Err(_) => Err(p3_error.context(
                "it exports neither wasi:http/handler@0.3 nor wasi:http/incoming-handler@0.2",
            )),
        },
    }
}

/// The engine of the process.
pub(crate) fn engine() -> wasmtime::Result<&'static Engine> {
    static ENGINE: OnceLock<Result<Engine, String>> = OnceLock::new();
    let engine = ENGINE.get_or_init(|| start_engine().map_err(|error| format!("{error:#}")));
    engine
        .as_ref()
        .map_err(|message| wasmtime::format_err!("{message}"))
}

fn start_engine() -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    config.wasm_component_model(true);
    config.wasm_component_model_async(true);
    config.epoch_interruption(true);
    // A trap is one line of the log. Its frames would be numbers: release builds of components have no names.
    config.wasm_backtrace_max_frames(None);
    let engine = Engine::new(&config)?;
    let ticker = engine.clone();
    let thread = std::thread::Builder::new()
        .name("wasm-epoch".to_owned())
        .spawn(move || tick(&ticker))?;
    // There is one engine, so it is not set yet.
    let _ = TICKER.set(thread.thread().clone());
    Ok(engine)
}

static TICKER: OnceLock<Thread> = OnceLock::new();
static INSTANCES: AtomicUsize = AtomicUsize::new(0);

/// Moves the epoch on for as long as there are instances, and sleeps otherwise.
fn tick(engine: &Engine) {
    loop {
        if INSTANCES.load(Ordering::SeqCst) == 0 {
            std::thread::park();
        } else {
            std::thread::sleep(EPOCH);
            engine.increment_epoch();
        }
    }
}

/// Keeps the epoch moving: every instance has one.
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

fn linker(engine: &Engine) -> wasmtime::Result<Linker<InstanceState>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    p2::add_only_http_to_linker_async(&mut linker)?;
    p3::add_to_linker(&mut linker)?;
    host::add_to_linker(&mut linker)?;
    Ok(linker)
}
