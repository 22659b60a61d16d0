//! The life of an instance: how it starts, how many requests it takes, when it ends.

use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::time::Sleep;
use wasmtime::component::GuestTaskId;
use wasmtime::{Store, StoreContextMut, UpdateDeadline};
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::handler::{
    HandlerState, Instance, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
};

use crate::compile::Compiled;
use crate::limits::Limits;
use crate::queue::Start;
use crate::request::RequestTag;
use crate::state::{ComponentContext, InstanceState};
use crate::trap_log;

/// How much later than the time limit of a request the limit of its instance fires, so that the request's own limit
/// fires first.
pub(crate) const GRACE: Duration = Duration::from_millis(250);

/// A request on its way to an instance.
pub(crate) struct Arrival {
    pub(crate) tag: RequestTag,
    /// Held until the request waits for the first time.
    pub(crate) start: Option<Start>,
}

/// The starts of the requests of one instance. They end together, when the instance has nothing left to compute.
type Starts = Arc<Mutex<Vec<Start>>>;

/// Makes instances of one component.
pub(crate) struct Factory {
    pub(crate) component: Arc<ComponentContext>,
    pub(crate) compiled: Arc<Compiled>,
}

impl HandlerState for Factory {
    type StoreData = InstanceState;
    type WorkerExpiration = Expiration;
    type WorkerState = Worker;

    async fn instantiate(&self) -> wasmtime::Result<Instance<InstanceState, Expiration, Worker>> {
        let mut store = Store::new(&self.compiled.engine, InstanceState::new(&self.component));
        store.limiter(InstanceState::limiter);
        // A guest that computes for long yields to other tasks at every epoch. `Expiration` limits its time.
        store.epoch_deadline_callback(|_| Ok(UpdateDeadline::Yield(1)));
        store.set_epoch_deadline(1);
        let proxy = self.compiled.pre.instantiate_async(&mut store).await?;
        let starts = Starts::default();
        Ok(Instance {
            store,
            proxy,
            view: WasiHttpView::http,
            expiration: Expiration::new(&self.component.limits, Arc::clone(&starts)),
            state: Worker {
                component: Arc::clone(&self.component),
                is_p3: self.compiled.is_p3,
                requests: Mutex::default(),
                starts,
            },
        })
    }
}

/// Decides how many requests an instance takes, and logs how it ended.
pub(crate) struct Worker {
    component: Arc<ComponentContext>,
    is_p3: bool,
    /// The requests taken so far, without those known to be done.
    requests: Mutex<Vec<RequestTag>>,
    starts: Starts,
}

impl WorkerState for Worker {
    type StoreData = InstanceState;
    type RequestData = Arrival;

    fn should_accept_request(&self, at_once: usize, total: usize) -> ShouldAccept {
        let limits = &self.component.limits;
        // The SDKs for WASI p2 expect that an instance serves one request.
        let (most_at_once, most) = if self.is_p3 {
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
        Arrival { tag, start }: Arrival,
        _: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + 'static + Send + Sync>> {
        let mut starts = self.starts.lock().unwrap_or_else(PoisonError::into_inner);
        starts.extend(start);
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.retain(|tag| !tag.done.load(Ordering::Relaxed));
        requests.push(tag);
        Box::pin(tokio::time::sleep(self.component.limits.request_time))
    }

    fn drop(&self, store: Store<InstanceState>, result: wasmtime::Result<()>) {
        let Err(error) = result else { return };
        // wasmtime reports a worker that was dropped together with its runtime as a panic.
        if error.to_string() == "worker panicked" && !std::thread::panicking() {
            return;
        }
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let ids: Vec<&str> = requests
            .iter()
            .filter(|tag| !tag.done.load(Ordering::Relaxed))
            .map(|tag| &*tag.id)
            .collect();
        let cause = store
            .data()
            .reached_memory_limit()
            .map(|bytes| format!(" after the memory limit of {} MiB was reached", bytes >> 20))
            .unwrap_or_default();
        let which = if ids.is_empty() {
            String::new()
        } else {
            format!(" (request {})", ids.join(", "))
        };
        let log = &self.component.log;
        log.host(&format!("an instance ended{cause}{which}: {error:#}"));
        trap_log::append(log, &format!("ended{cause}: {error:#}"));
    }
}

/// Ends an instance that has been idle for long, or that blocks the event loop beyond the time limit of a request.
pub(crate) struct Expiration {
    starts: Starts,
    idle_time: Duration,
    busy_time: Duration,
    timer: Pin<Box<Sleep>>,
}

impl Expiration {
    fn new(limits: &Limits, starts: Starts) -> Self {
        Self {
            starts,
            idle_time: limits.idle_time,
            busy_time: limits.request_time.saturating_add(GRACE),
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
        // The instance has nothing to compute, or has computed for a whole epoch.
        let mut starts = self.starts.lock().unwrap_or_else(PoisonError::into_inner);
        starts.clear();
        drop(starts);
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
