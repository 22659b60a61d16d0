//! The data of one instance, which wasmtime calls the data of its store. The functions that components import work on
//! it.

use std::collections::BTreeMap;
use std::sync::Arc;

use wasmtime::ResourceLimiter;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::clock::{Clock, GuestClock};
use crate::engine::Ticking;
use crate::limits::Limits;
use crate::log::{ComponentLog, LogSource};
use crate::outbound::Outbound;
use crate::output::GuestOutput;
use crate::storage::{Database, KeyValue};

/// What all instances of one component share.
pub(crate) struct ComponentContext {
    pub(crate) log: ComponentLog,
    pub(crate) limits: Limits,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) variables: BTreeMap<String, String>,
    /// The key-value stores that the component may open, by label.
    pub(crate) key_value: BTreeMap<String, KeyValue>,
    /// The databases that the component may open, by label.
    pub(crate) databases: BTreeMap<String, Database>,
    pub(crate) outbound: Outbound,
}

/// The data of one instance.
pub(crate) struct InstanceState {
    pub(crate) component: Arc<ComponentContext>,
    pub(crate) table: ResourceTable,
    pub(crate) open_stores: usize,
    pub(crate) open_databases: usize,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
    memory: MemoryLimit,
    _ticking: Ticking,
}

impl InstanceState {
    pub(crate) fn new(component: &Arc<ComponentContext>) -> Self {
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
        Self {
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

    pub(crate) fn limiter(&mut self) -> &mut dyn ResourceLimiter {
        &mut self.memory
    }

    /// The memory limit in bytes, if the instance tried to exceed it.
    pub(crate) fn reached_memory_limit(&self) -> Option<usize> {
        self.memory.reached.then_some(self.memory.limit)
    }
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

/// Bounds the sum of the linear memories of one instance.
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
        // The host stores a table element as a pointer. A table may take as many bytes as the linear memories.
        Ok(desired <= self.limit / size_of::<usize>())
    }
}
