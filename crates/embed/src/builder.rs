//! Collects the description of an application and builds it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use tokio::sync::Semaphore;

use crate::app::{App, AppInner};
use crate::clock::{Clock, SystemClock};
use crate::code_cache::CodeCache;
use crate::component::ComponentConfig;
use crate::error::Error;
use crate::limits::Limits;
use crate::log::{ComponentLog, LogSink, StderrLog};
use crate::manifest::Manifest;
use crate::outbound::{Clients, Network};
use crate::queue::Queue;
use crate::request::RequestIds;
use crate::routes::{Routes, Target};
use crate::runtime_config::RuntimeConfig;
use crate::static_response::StaticResponse;
use crate::storage::StateLocation;
use crate::variables::{self, Variable};

mod certificates;
mod parts;
mod stores;

use parts::{Part, Shared, compile};

/// The description of an application: from a manifest, from components given one by one, or both.
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
    runtime_config: RuntimeConfig,
    code_cache: CodeCache,
    clock: Arc<dyn Clock>,
    log: Arc<dyn LogSink>,
    limits: Limits,
    network: Network,
}

impl App {
    /// Starts the description of an application.
    pub fn builder() -> AppBuilder {
        AppBuilder {
            name: "app".to_owned(),
            declared: BTreeMap::new(),
            components: Vec::new(),
            static_responses: Vec::new(),
            given: BTreeMap::new(),
            read_environment: true,
            env_file: None,
            state: StateLocation::Directory(PathBuf::from(".spin")),
            runtime_config: RuntimeConfig::default(),
            code_cache: CodeCache::None,
            clock: Arc::new(SystemClock),
            log: Arc::new(StderrLog),
            limits: Limits::default(),
            network: Network::default(),
        }
    }
}

impl AppBuilder {
    /// Takes name, variables, components and routes from a Spin manifest, version 2.
    ///
    /// # Errors
    /// The manifest cannot be read, is malformed, or needs a feature that this host does not implement.
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

    /// Gives an application variable its value. It takes precedence over the environment and the manifest.
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.given.insert(name.into(), value.into());
        self
    }

    /// Whether variables get values from `SPIN_VARIABLE_<NAME>` in the environment of the process. On by default.
    pub fn read_environment(mut self, read: bool) -> Self {
        self.read_environment = read;
        self
    }

    /// Reads values of variables from a file with lines `SPIN_VARIABLE_<NAME>=value`.
    pub fn env_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.env_file = Some(path.into());
        self
    }

    /// Keeps key-value stores and databases in `directory`, in the files that Spin uses. Makes the directory if it does
    /// not exist. The default is `.spin` in the working directory.
    pub fn state_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.state = StateLocation::Directory(directory.into());
        self
    }

    /// Keeps key-value stores and databases in memory, until the application is dropped.
    pub fn in_memory(mut self) -> Self {
        self.state = StateLocation::Memory;
        self
    }

    /// Reads a runtime configuration as Spin has it: where each key-value store is kept (`[key_value_store.<label>]`
    /// with `type = "redis"` and `url`, or `type = "spin"` and `path`), and whether private networks are blocked
    /// (`[outbound_networking] block_networks = ["private"]`). A store that it does not name stays in the state
    /// directory or in memory.
    ///
    /// # Errors
    /// The file cannot be read, is malformed, or has something that this host does not implement.
    pub fn runtime_config(mut self, path: impl AsRef<Path>) -> Result<Self, Error> {
        self.runtime_config = RuntimeConfig::load(path.as_ref())?;
        Ok(self)
    }

    /// Keeps compiled components in `directory`, so that the next process loads them instead of compiling them. By
    /// default nothing is kept.
    ///
    /// The host runs the files in it as they are, so only accounts that may also replace the host may write there.
    pub fn cache_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.code_cache = CodeCache::Directory(directory.into());
        self
    }

    /// Keeps compiled components in the directory `cache` of the state directory, which is made for the account of the
    /// host alone. If another account may write to it or to the state directory, nothing is kept, and the log says why.
    /// With state in memory nothing is kept either.
    pub fn cache_in_state_dir(mut self) -> Self {
        self.code_cache = CodeCache::InStateDir;
        self
    }

    /// Replaces the wall clock of the components, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sends the output of components and the messages of the host to `sink`. The default is standard error.
    pub fn log(mut self, sink: impl LogSink) -> Self {
        self.log = Arc::new(sink);
        self
    }

    /// Sets the limits of requests and instances.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Whether to refuse connections of components to private, local and reserved addresses, even under a name in
    /// `allowed_outbound_hosts`. Off by default. A host that is allowed only by `*` never leads to such an address,
    /// whatever is set here. Requests between components are not affected.
    pub fn block_private_networks(mut self, block: bool) -> Self {
        self.network.block_private = block;
        self
    }

    /// Gives a host name its address: `HOST:PORT:ADDRESS[:PORT]`, like `--resolve` of curl.
    ///
    /// Connections to the name HOST and that port go to ADDRESS, without a look-up. An ADDRESS alone stands for an
    /// answer of the name service, so it is refused where a private address is. With a port behind it, the connection
    /// goes exactly there, also in a private network. An IPv6 address with a port is in brackets. TLS still expects a
    /// certificate for HOST, and `allowed_outbound_hosts` must still allow it.
    ///
    /// # Errors
    /// The mapping is malformed, or its host and port are mapped already.
    pub fn resolve(mut self, mapping: &str) -> Result<Self, Error> {
        let place = || format!("resolve `{mapping}`");
        let added = self.network.resolve.add(mapping);
        added.map_err(|problem| Error::invalid(place(), problem))?;
        Ok(self)
    }

    /// Adds a root certificate for outbound TLS (X.509, DER) to those that Mozilla trusts.
    pub fn trust_certificate(mut self, der: impl Into<Vec<u8>>) -> Self {
        self.network.trusted.push(der.into());
        self
    }

    /// Adds the root certificates of a file (PEM) to those that Mozilla trusts.
    ///
    /// # Errors
    /// The file cannot be read, has no certificate, or one that is malformed.
    pub fn root_certificates(mut self, path: impl Into<PathBuf>) -> Result<Self, Error> {
        self.network
            .trusted
            .extend(certificates::read(path.into())?);
        Ok(self)
    }

    /// Compiles the components and opens the state.
    ///
    /// A component that this process has compiled before, for any application, is not compiled again.
    ///
    /// # Errors
    /// The first value, file or component that is wrong.
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
        if !self.declared.is_empty() {
            variables::check_given(&self.declared, &given)?;
        }
        let variables = variables::resolve(&self.declared, given, from_environment, &from_file)?;

        let routes = self.routes()?;
        let log = ComponentLog {
            component: "".into(),
            sink: Arc::clone(&self.log),
        };
        self.network.block_private |= self.runtime_config.block_private_networks;
        let shared = Shared {
            variables,
            key_value: stores::open_key_value(
                &self.components,
                &self.state,
                &self.runtime_config,
                &log,
            )?,
            databases: stores::open_databases(
                &self.components,
                &self.state,
                self.limits.request_time,
            )?,
            client: Clients::new(std::mem::take(&mut self.network))?,
            limits: self.limits.clone(),
            clock: self.clock,
            sink: self.log,
        };
        let cache_dir = self.code_cache.open(&self.state).unwrap_or_else(|problem| {
            log.host(&problem);
            None
        });
        let mut parts = Vec::new();
        for config in self.components {
            let compiled = compile(&config, cache_dir.as_deref()).await?;
            parts.push(Part::new(config, compiled, &shared)?);
        }

        let limits = self.limits;
        Ok(App(Arc::new_cyclic(|app: &Weak<AppInner>| AppInner {
            name: self.name,
            log,
            routes,
            static_responses: self
                .static_responses
                .into_iter()
                .map(|(_, response)| response)
                .collect(),
            components: parts
                .into_iter()
                .map(|part| part.mount(&shared, app.clone()))
                .collect(),
            queue: Queue::new(&limits),
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
                    "two components have this id",
                ));
            }
        }
        for (route, response) in &self.static_responses {
            response.to_response().map_err(|error| {
                Error::invalid(
                    format!("static_response of route `{route}`"),
                    error.to_string(),
                )
            })?;
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
}
