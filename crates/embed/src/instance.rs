//! One instance of a component: its state, its limits and its life.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::time::Sleep;
use wasmtime::component::{GuestTaskId, ResourceTable};
use wasmtime::{ResourceLimiter, Store, StoreContextMut, UpdateDeadline};
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::clock::{Clock, GuestClock};
use crate::engine::{self, Compiled, Ticking};
use crate::limits::Limits;
use crate::log::{ComponentLog, GuestOutput, LogSource};
use crate::outbound::Outbound;
use crate::storage::{Database, KeyValue};

/// Room for the first line of defence: the limit of the request itself fires before that of its instance.
pub(crate) const GRACE: Duration = Duration::from_millis(250);

/// What all instances of one component share.
pub(crate) struct Component {
    pub(crate) log: ComponentLog,
    pub(crate) compiled: Arc<Compiled>,
    pub(crate) limits: Limits,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) key_value: KeyValue,
    pub(crate) key_value_stores: BTreeSet<String>,
    pub(crate) databases: BTreeMap<String, Database>,
    pub(crate) outbound: Outbound,
}

/// The data of one store: what the imports of one instance work on.
pub(crate) struct InstanceState {
    pub(crate) component: Arc<Component>,
    pub(crate) table: ResourceTable,
    pub(crate) open_stores: usize,
    pub(crate) open_databases: usize,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
    memory: MemoryLimit,
    _ticking: Ticking,
}

impl WasiView for InstanceState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for InstanceState {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            hooks: &mut self.outbound,
            table: &mut self.table,
            ctx: &mut self.http,
        }
    }
}

/// Bounds the linear memories of one instance together.
struct MemoryLimit {
    used: usize,
    limit: usize,
    reached: bool,
}

impl ResourceLimiter for MemoryLimit {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let used = self.used.saturating_add(desired.saturating_sub(current));
        if used > self.limit {
            self.reached = true;
            return Ok(false);
        }
        self.used = used;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _: usize,
        desired: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        // An element is a pointer; a table as large as the memory is not a program.
        Ok(desired <= self.limit / size_of::<usize>())
    }
}

/// A request as the log knows it.
#[derive(Clone)]
pub(crate) struct RequestTag {
    pub(crate) id: Arc<str>,
    /// Set when the response head has been produced or the request was given up.
    pub(crate) done: Arc<AtomicBool>,
}

/// Makes instances of one component.
pub(crate) struct Factory(pub(crate) Arc<Component>);

impl HandlerState for Factory {
    type StoreData = InstanceState;
    type WorkerExpiration = Expiration;
    type WorkerState = Worker;

    async fn instantiate(&self) -> wasmtime::Result<Instance<InstanceState, Expiration, Worker>> {
        let component = &self.0;
        let mut store = Store::new(engine::engine()?, new_state(component));
        store.limiter(|state| &mut state.memory);
        // A guest that computes for long lets others have the thread; its time is limited by `Expiration`.
        store.epoch_deadline_callback(|_| Ok(UpdateDeadline::Yield(1)));
        store.set_epoch_deadline(1);
        let proxy = component.compiled.pre.instantiate_async(&mut store).await?;
        Ok(Instance {
            store,
            proxy,
            view: WasiHttpView::http,
            expiration: Expiration::new(&component.limits),
            state: Worker {
                component: Arc::clone(component),
                requests: Mutex::default(),
            },
        })
    }
}

fn new_state(component: &Arc<Component>) -> InstanceState {
    // No preopened directories, no sockets, no name look-ups, no inherited environment or input.
    let wasi = WasiCtxBuilder::new()
        .envs(&component.environment)
        .stdout(GuestOutput::new(component.log.clone(), LogSource::Stdout))
        .stderr(GuestOutput::new(component.log.clone(), LogSource::Stderr))
        .wall_clock(GuestClock(Arc::clone(&component.clock)))
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false)
        .build();
    InstanceState {
        component: Arc::clone(component),
        table: ResourceTable::new(),
        open_stores: 0,
        open_databases: 0,
        wasi,
        http: WasiHttpCtx::new(),
        outbound: component.outbound.clone(),
        memory: MemoryLimit {
            used: 0,
            limit: component.limits.memory_bytes,
            reached: false,
        },
        _ticking: Ticking::start(),
    }
}

/// Decides how many requests an instance takes, and tells the log how it ended.
pub(crate) struct Worker {
    component: Arc<Component>,
    /// The requests taken so far, without those known to be done.
    requests: Mutex<Vec<RequestTag>>,
}

impl WorkerState for Worker {
    type StoreData = InstanceState;
    type RequestData = RequestTag;

    fn should_accept_request(&self, at_once: usize, total: usize) -> ShouldAccept {
        let limits = &self.component.limits;
        // An instance of a WASI p2 component serves one request, by the contract of its SDKs.
        let (most_at_once, most) = if self.component.compiled.is_p3 {
            (limits.requests_at_once, limits.requests_per_instance)
        } else {
            (1, 1)
        };
        if total >= most.max(1) {
            ShouldAccept::Never
        } else if at_once >= most_at_once.max(1) {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        _: StoreContextMut<'_, InstanceState>,
        tag: RequestTag,
        _: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + 'static + Send + Sync>> {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.retain(|tag| !tag.done.load(Ordering::Relaxed));
        requests.push(tag);
        Box::pin(tokio::time::sleep(self.component.limits.request_time))
    }

    fn drop(&self, store: Store<InstanceState>, result: wasmtime::Result<()>) {
        let Err(error) = result else { return };
        // wasmtime reports a worker that was dropped with its runtime as a panic.
        if error.to_string() == "worker panicked" && !std::thread::panicking() {
            return;
        }
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let ids: Vec<&str> = requests
            .iter()
            .filter(|tag| !tag.done.load(Ordering::Relaxed))
            .map(|tag| &*tag.id)
            .collect();
        let memory = &store.data().memory;
        let cause = if memory.reached {
            format!(
                " after the memory limit of {} MiB was reached",
                memory.limit >> 20
            )
        } else {
            String::new()
        };
        let which = if ids.is_empty() {
            String::new()
        } else {
            format!(" (request {})", ids.join(", "))
        };
        self.component
            .log
            .host(&format!("an instance ended{cause}{which}: {error:#}"));
    }
}

/// Ends instances: idle ones after a while, and those that hold up the event loop with a request beyond its time.
pub(crate) struct Expiration {
    idle_time: Duration,
    busy_time: Duration,
    timer: Pin<Box<Sleep>>,
}

impl Expiration {
    fn new(limits: &Limits) -> Self {
        Self {
            idle_time: limits.idle_time,
            busy_time: limits.request_time + GRACE,
            timer: Box::pin(tokio::time::sleep(limits.idle_time)),
        }
    }
}

impl WorkerExpiration for Expiration {
    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        status: WorkerStatus,
        start: Instant,
    ) -> Poll<()> {
        let time = match status {
            WorkerStatus::Idle => self.idle_time,
            WorkerStatus::Requests | WorkerStatus::PostReturn => self.busy_time,
        };
        let deadline = tokio::time::Instant::from_std(start + time);
        if self.timer.deadline() != deadline {
            self.timer.as_mut().reset(deadline);
        }
        self.timer.as_mut().poll(cx)
    }
}
