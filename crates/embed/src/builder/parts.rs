//! The parts of an application: each component compiled, with what its templates came to and what it shares.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use wasmtime_wasi_http::handler::ProxyHandler;

use crate::allowed_hosts::AllowedHosts;
use crate::app::{AppInner, Mounted};
use crate::clock::Clock;
use crate::component::{ComponentConfig, ComponentSource, StaticResponse};
use crate::engine::{self, Compiled};
use crate::error::Error;
use crate::instance::{Component, Factory};
use crate::limits::Limits;
use crate::log::ComponentLog;
use crate::outbound::{Client, Outbound, OutboundRights};
use crate::routes::Target;
use crate::storage::{Database, KeyValue};
use crate::template;

/// What the components of one application share.
pub(super) struct Shared {
    pub(super) values: BTreeMap<String, String>,
    pub(super) key_value: KeyValue,
    pub(super) databases: BTreeMap<String, Database>,
    pub(super) client: Client,
}

/// What the templates of one component came to.
pub(super) struct Rights {
    variables: BTreeMap<String, String>,
    allowed: AllowedHosts,
}

impl Rights {
    pub(super) fn of(config: &ComponentConfig, shared: &Shared) -> Result<Self, Error> {
        let id = &config.id;
        let mut variables = BTreeMap::new();
        for (name, template) in &config.variables {
            let value = template::expand(template, &shared.values).map_err(|message| {
                Error::invalid(format!("component.{id}.variables.{name}"), message)
            })?;
            variables.insert(name.clone(), value);
        }
        let place = || format!("component.{id}.allowed_outbound_hosts");
        let mut hosts = Vec::new();
        for template in &config.allowed_outbound_hosts {
            let host = template::expand(template, &shared.values)
                .map_err(|message| Error::invalid(place(), message))?;
            hosts.push((host, template.contains("{{")));
        }
        let allowed = AllowedHosts::parse(
            hosts
                .iter()
                .map(|(host, from_template)| (host.as_str(), *from_template)),
        )
        .map_err(|message| Error::invalid(place(), message))?;
        Ok(Self { variables, allowed })
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "the parts of a component come together here and nowhere else"
)]
pub(super) fn mount(
    config: ComponentConfig,
    compiled: Arc<Compiled>,
    rights: Rights,
    shared: &Shared,
    log: ComponentLog,
    limits: &Limits,
    clock: &Arc<dyn Clock>,
    app: &Weak<AppInner>,
) -> Mounted {
    let outbound = Outbound(Arc::new(OutboundRights {
        allowed: rights.allowed,
        log: log.clone(),
        client: shared.client.clone(),
        app: Weak::clone(app),
    }));
    let databases = config
        .sqlite_databases
        .iter()
        .filter_map(|label| Some((label.clone(), shared.databases.get(label)?.clone())))
        .collect();
    let component = Arc::new(Component {
        log,
        compiled,
        limits: limits.clone(),
        clock: Arc::clone(clock),
        environment: config.environment.into_iter().collect(),
        variables: rights.variables,
        key_value: shared.key_value.clone(),
        key_value_stores: config.key_value_stores,
        databases,
        outbound,
    });
    Mounted {
        target: Target::Component(config.id),
        instances: ProxyHandler::new(Factory(Arc::clone(&component))),
        component,
    }
}

pub(super) async fn compile(config: &ComponentConfig) -> Result<Arc<Compiled>, Error> {
    let (id, source) = (config.id.clone(), config.source.clone());
    let work = move || {
        let bytes = match source {
            ComponentSource::Bytes(bytes) => bytes,
            ComponentSource::File(path) => std::fs::read(&path)
                .map_err(|source| Error::Read { path, source })?
                .into(),
        };
        engine::compile(&bytes).map_err(|error| Error::component(&id, &error))
    };
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
        Err(Error::invalid(
            format!("component `{}`", config.id),
            "compilation was cut short",
        ))
    })
}

pub(super) fn check_static_response(route: &str, response: &StaticResponse) -> Result<(), Error> {
    let mut built = http::Response::builder().status(response.status_code.unwrap_or(200));
    for (name, value) in &response.headers {
        built = built.header(name, value);
    }
    let place = || format!("static_response of route `{route}`");
    built
        .body(())
        .map(drop)
        .map_err(|error| Error::invalid(place(), error.to_string()))
}
