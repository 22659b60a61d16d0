//! The configuration of one component: its code, its routes and its rights.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// The configuration of a component, which a manifest has in `[component.<id>]` and the triggers.
///
/// A new one has no rights: no variables, no outbound hosts, no stores, no databases, no routes.
#[derive(Debug, Clone)]
pub struct ComponentConfig {
    pub(crate) id: String,
    pub(crate) source: ComponentSource,
    pub(crate) routes: Vec<String>,
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) allowed_outbound_hosts: Vec<String>,
    pub(crate) key_value_stores: BTreeSet<String>,
    pub(crate) sqlite_databases: BTreeSet<String>,
}

/// Where the code of a component comes from.
#[derive(Debug, Clone)]
pub(crate) enum ComponentSource {
    File(PathBuf),
    Bytes(Arc<[u8]>),
}

impl ComponentConfig {
    /// A component in a file.
    pub fn from_file(id: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self::new(id.into(), ComponentSource::File(path.into()))
    }

    /// A component in memory, for example from `include_bytes!`.
    pub fn from_bytes(id: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self::new(id.into(), ComponentSource::Bytes(bytes.into()))
    }

    fn new(id: String, source: ComponentSource) -> Self {
        Self {
            id,
            source,
            routes: Vec::new(),
            variables: BTreeMap::new(),
            environment: BTreeMap::new(),
            allowed_outbound_hosts: Vec::new(),
            key_value_stores: BTreeSet::new(),
            sqlite_databases: BTreeSet::new(),
        }
    }

    /// Sends requests for `pattern` to this component: `/exact`, `/:one-segment`, or `/prefix/...`.
    ///
    /// A component without a route is private: only other components can call it, at
    /// `http://<component>.spin.internal`.
    #[must_use]
    pub fn route(mut self, pattern: impl Into<String>) -> Self {
        self.routes.push(pattern.into());
        self
    }

    /// Gives the component a variable. `{{ name }}` in `template` expands to the value of an application variable.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, template: impl Into<String>) -> Self {
        self.variables.insert(name.into(), template.into());
        self
    }

    /// Lets the component call a host: `https://api.example.com`, `http://localhost:*`, `https://*.example.com`,
    /// `http://<component>.spin.internal`, `http://self`. `{{ name }}` expands to the value of an application variable.
    #[must_use]
    pub fn allow_outbound(mut self, host: impl Into<String>) -> Self {
        self.allowed_outbound_hosts.push(host.into());
        self
    }

    /// Lets the component open the key-value store `label`, usually `default`.
    #[must_use]
    pub fn key_value_store(mut self, label: impl Into<String>) -> Self {
        self.key_value_stores.insert(label.into());
        self
    }

    /// Lets the component open the SQLite database `label`, usually `default`.
    #[must_use]
    pub fn sqlite_database(mut self, label: impl Into<String>) -> Self {
        self.sqlite_databases.insert(label.into());
        self
    }

    /// Sets an environment variable. The component sees only those set here.
    #[must_use]
    pub fn environment(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.environment.insert(name.into(), value.into());
        self
    }
}
