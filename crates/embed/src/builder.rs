//! Describes an application and builds it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::app::{App, AppInner, RequestIds};
use crate::clock::{Clock, SystemClock};
use crate::component::{ComponentConfig, StaticResponse};
use crate::error::Error;
use crate::host::MAX_RESULT_BYTES;
use crate::limits::Limits;
use crate::log::{ComponentLog, LogSink, StderrLog};
use crate::manifest::{Manifest, Variable};
use crate::outbound::Client;
use crate::routes::{Routes, Target};
use crate::storage::{Database, KeyValue, StateLocation};
use crate::variables;

mod parts;

use parts::{Rights, Shared, check_static_response, compile, mount};

/// Describes an application: from a manifest, from components given one by one, or both.
///
/// ```no_run
/// # async fn example() -> Result<(), tokportal_embed::Error> {
/// use tokportal_embed::App;
///
/// let app = App::builder()
///     .manifest("spin.toml")?
///     .variable("public_url", "https://connector.example.com")
///     .state_dir("state")
///     .build()
///     .await?;
/// let server = app.bind("127.0.0.1:3000").await?;
/// println!("listening on {}", server.addr());
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct AppBuilder {
    name: String,
    declared: BTreeMap<String, Variable>,
    components: Vec<ComponentConfig>,
    static_responses: Vec<(String, StaticResponse)>,
    given: BTreeMap<String, String>,
    read_environment: bool,
    env_file: Option<PathBuf>,
    state: StateLocation,
    clock: Arc<dyn Clock>,
    log: Arc<dyn LogSink>,
    limits: Limits,
    block_private_networks: bool,
    trusted: Vec<Vec<u8>>,
}

impl AppBuilder {
    pub(crate) fn new() -> Self {
        Self {
            name: "app".to_owned(),
            declared: BTreeMap::new(),
            components: Vec::new(),
            static_responses: Vec::new(),
            given: BTreeMap::new(),
            read_environment: true,
            env_file: None,
            state: StateLocation::Directory(PathBuf::from(".spin")),
            clock: Arc::new(SystemClock),
            log: Arc::new(StderrLog),
            limits: Limits::default(),
            block_private_networks: false,
            trusted: Vec::new(),
        }
    }

    /// Takes name, variables, components and routes from a Spin manifest, version 2.
    ///
    /// # Errors
    /// The manifest cannot be read, is malformed, or asks for something this host does not do.
    pub fn manifest(mut self, path: impl AsRef<Path>) -> Result<Self, Error> {
        let manifest = Manifest::load(path.as_ref())?;
        self.name = manifest.name;
        self.declared.extend(manifest.variables);
        self.components.extend(manifest.components);
        self.static_responses.extend(manifest.static_responses);
        Ok(self)
    }

    /// Adds a component.
    pub fn component(mut self, component: ComponentConfig) -> Self {
        self.components.push(component);
        self
    }

    /// Gives an application variable its value, whatever the environment and the manifest say.
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.given.insert(name.into(), value.into());
        self
    }

    /// Whether `SPIN_VARIABLE_<NAME>` in the environment of the process gives values to variables. It does by default.
    pub fn read_environment(mut self, read: bool) -> Self {
        self.read_environment = read;
        self
    }

    /// Reads values of variables from a file with lines `SPIN_VARIABLE_<NAME>=value`.
    pub fn env_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.env_file = Some(path.into());
        self
    }

    /// Keeps key-value stores and databases in `directory`, which is made if it is not there. The default is `.spin`
    /// in the working directory, with the files that Spin itself uses.
    pub fn state_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.state = StateLocation::Directory(directory.into());
        self
    }

    /// Keeps key-value stores and databases in memory, until the application is dropped.
    pub fn in_memory(mut self) -> Self {
        self.state = StateLocation::Memory;
        self
    }

    /// The wall clock of the components, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Where the output of components and the messages of the host go. The default is standard error.
    pub fn log(mut self, sink: impl LogSink) -> Self {
        self.log = Arc::new(sink);
        self
    }

    /// What requests and instances may use.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Whether components may not connect to private, local and reserved addresses, even by a name that is allowed.
    /// Requests between components are not affected. Off by default.
    pub fn block_private_networks(mut self, block: bool) -> Self {
        self.block_private_networks = block;
        self
    }

    /// Trusts the servers whose certificates this one has signed, beside those that Mozilla trusts. It is an X.509
    /// certificate in DER.
    pub fn trust_certificate(mut self, der: impl Into<Vec<u8>>) -> Self {
        self.trusted.push(der.into());
        self
    }

    /// Compiles the components and opens the state.
    ///
    /// Components that this process has compiled before, for any application, are not compiled again.
    ///
    /// # Errors
    /// The first thing that is wrong, by name.
    pub async fn build(mut self) -> Result<App, Error> {
        let from_file = self
            .env_file
            .as_deref()
            .map_or_else(|| Ok(BTreeMap::new()), variables::read_env_file)?;
        let from_environment = |key: &str| {
            self.read_environment
                .then(|| std::env::var(key).ok())
                .flatten()
        };
        let given = std::mem::take(&mut self.given);
        let values = variables::resolve(&self.declared, given, from_environment, &from_file)?;

        let routes = self.routes()?;
        let shared = Shared {
            values,
            key_value: KeyValue::open(&self.state)?,
            databases: self.open_databases()?,
            client: Client::new(
                self.block_private_networks,
                std::mem::take(&mut self.trusted),
            )?,
        };
        let mut ready = Vec::new();
        for config in std::mem::take(&mut self.components) {
            let compiled = compile(&config).await?;
            let rights = Rights::of(&config, &shared)?;
            ready.push((config, compiled, rights));
        }

        let Self {
            name,
            limits,
            log,
            clock,
            static_responses,
            ..
        } = self;
        Ok(App(Arc::new_cyclic(|app| AppInner {
            name,
            log: ComponentLog {
                component: "".into(),
                sink: Arc::clone(&log),
            },
            routes,
            static_responses: static_responses
                .into_iter()
                .map(|(_, response)| response)
                .collect(),
            components: ready
                .into_iter()
                .map(|(config, compiled, rights)| {
                    let id = config.id.clone();
                    let log = ComponentLog {
                        component: id.as_str().into(),
                        sink: Arc::clone(&log),
                    };
                    let mounted =
                        mount(config, compiled, rights, &shared, log, &limits, &clock, app);
                    (id, mounted)
                })
                .collect(),
            requests: Semaphore::new(limits.requests_in_flight.clamp(1, Semaphore::MAX_PERMITS)),
            chained: Semaphore::new(limits.chained_in_flight.min(Semaphore::MAX_PERMITS)),
            request_ids: RequestIds::new(),
            limits,
        })))
    }

    fn routes(&self) -> Result<Routes, Error> {
        let mut ids = std::collections::BTreeSet::new();
        for component in &self.components {
            if !ids.insert(&component.id) {
                return Err(Error::invalid(
                    format!("component `{}`", component.id),
                    "there are two with this id",
                ));
            }
        }
        for (route, response) in &self.static_responses {
            check_static_response(route, response)?;
        }
        let of_components = self.components.iter().flat_map(|component| {
            component
                .routes
                .iter()
                .map(|route| (route.clone(), Target::Component(component.id.clone())))
        });
        let statics = self
            .static_responses
            .iter()
            .enumerate()
            .map(|(index, (route, _))| (route.clone(), Target::Static(index)));
        Routes::new(of_components.chain(statics))
    }

    fn open_databases(&self) -> Result<BTreeMap<String, Database>, Error> {
        let mut databases = BTreeMap::new();
        for label in self
            .components
            .iter()
            .flat_map(|component| &component.sqlite_databases)
        {
            if !label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            {
                let place = format!("sqlite_databases `{label}`");
                return Err(Error::invalid(
                    place,
                    "a label is letters, digits, `-` and `_`",
                ));
            }
            if !databases.contains_key(label) {
                let database = Database::open(
                    &self.state,
                    label,
                    self.limits.request_time,
                    MAX_RESULT_BYTES,
                )?;
                databases.insert(label.clone(), database);
            }
        }
        Ok(databases)
    }
}
