//! The parts of an application: each component with its code, its expanded templates and its share of the resources.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Weak};

use wasmtime_wasi_http::handler::ProxyHandler;

use crate::allowed_hosts::AllowedHosts;
use crate::app::Mounted;
use crate::clock::Clock;
use crate::compile::{self, Compiled};
use crate::component::{ComponentConfig, ComponentSource};
use crate::error::Error;
use crate::instance::Factory;
use crate::limits::Limits;
use crate::log::{ComponentLog, LogSink};
use crate::outbound::{Clients, LocalServices, Outbound};
use crate::routes::Target;
use crate::state::ComponentContext;
use crate::storage::{Database, KeyValue};
use crate::template;

/// What the components of one application share.
pub(super) struct Shared {
    pub(super) variables: BTreeMap<String, String>,
    pub(super) key_value: BTreeMap<String, KeyValue>,
    pub(super) databases: BTreeMap<String, Database>,
    pub(super) client: Clients,
    pub(super) limits: Limits,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) sink: Arc<dyn LogSink>,
}

/// A component that is compiled and whose templates are expanded.
pub(super) struct Part {
    config: ComponentConfig,
    compiled: Arc<Compiled>,
    variables: BTreeMap<String, String>,
    allowed: AllowedHosts,
}

impl Part {
    pub(super) fn new(
        config: ComponentConfig,
        compiled: Arc<Compiled>,
        shared: &Shared,
    ) -> Result<Self, Error> {
        let id = &config.id;
        let mut variables = BTreeMap::new();
        for (name, template) in &config.variables {
            let value = template::expand(template, &shared.variables).map_err(|message| {
                Error::invalid(format!("component.{id}.variables.{name}"), message)
            })?;
            variables.insert(name.clone(), value);
        }
        let place = || format!("component.{id}.allowed_outbound_hosts");
        let mut hosts = Vec::new();
        for template in &config.allowed_outbound_hosts {
            let host = template::expand(template, &shared.variables)
                .map_err(|message| Error::invalid(place(), message))?;
            hosts.push((host, template.contains("{{")));
        }
        let allowed = AllowedHosts::parse(
            hosts
                .iter()
                .map(|(host, from_template)| (host.as_str(), *from_template)),
        )
        .map_err(|message| Error::invalid(place(), message))?;
        Ok(Self {
            config,
            compiled,
            variables,
            allowed,
        })
    }

    /// Puts the component into the application `local`. Returns it with its id.
    pub(super) fn mount(
        self,
        shared: &Shared,
        local: Weak<dyn LocalServices>,
    ) -> (String, Mounted) {
        let config = self.config;
        let log = ComponentLog {
            component: config.id.as_str().into(),
            sink: Arc::clone(&shared.sink),
        };
        let key_value = config
            .key_value_stores
            .iter()
            .filter_map(|label| Some((label.clone(), shared.key_value.get(label)?.clone())))
            .collect();
        let databases = config
            .sqlite_databases
            .iter()
            .filter_map(|label| Some((label.clone(), shared.databases.get(label)?.clone())))
            .collect();
        let component = Arc::new(ComponentContext {
            outbound: Outbound::new(self.allowed, log.clone(), shared.client.clone(), local),
            log,
            limits: shared.limits.clone(),
            clock: Arc::clone(&shared.clock),
            environment: config.environment.into_iter().collect(),
            variables: self.variables,
            key_value,
            databases,
        });
        let mounted = Mounted {
            target: Target::Component(config.id.clone()),
            instances: ProxyHandler::new(Factory {
                component: Arc::clone(&component),
                compiled: self.compiled,
            }),
            component,
        };
        (config.id, mounted)
    }
}

pub(super) async fn compile(
    config: &ComponentConfig,
    cache_dir: Option<&Path>,
) -> Result<Arc<Compiled>, Error> {
    let (id, source) = (config.id.clone(), config.source.clone());
    let cache_dir = cache_dir.map(Path::to_owned);
    let work = move || {
        let bytes = match source {
            ComponentSource::Bytes(bytes) => bytes,
            ComponentSource::File(path) => std::fs::read(&path)
                .map_err(|source| Error::Read { path, source })?
                .into(),
        };
        compile::compile(&bytes, cache_dir).map_err(|error| Error::component(&id, &error))
    };
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
        Err(Error::invalid(
            format!("component `{}`", config.id),
            "compilation was interrupted",
        ))
    })
}
