//! The WebAssembly engine of the process, and the thread that advances its epoch.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::Thread;
use std::time::Duration;

use wasmtime::{Config, Engine};

/// How often a busy guest yields its thread, so that other requests run and time limits are checked.
const EPOCH: Duration = Duration::from_millis(1);

static TICKER: OnceLock<Thread> = OnceLock::new();
static INSTANCES: AtomicUsize = AtomicUsize::new(0);

/// The engine, started on first use.
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
    // A trap is one line of the log. Release builds of components carry no names, so a backtrace would be numbers only.
    config.wasm_backtrace_max_frames(None);
    let engine = Engine::new(&config)?;
    let ticker = engine.clone();
    let thread = std::thread::Builder::new()
        .name("wasm-epoch".to_owned())
        .spawn(move || tick(&ticker))?;
    // `engine` calls this function once, so the cell is empty.
    let _ = TICKER.set(thread.thread().clone());
    Ok(engine)
}

/// Advances the epoch while there are instances; sleeps otherwise.
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
