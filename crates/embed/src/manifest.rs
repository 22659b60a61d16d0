//! Spin manifests, version 2: the part of the format that this host implements.
//!
//! A key that Spin does not define is an error that names it. A key that Spin defines and that has no effect at run
//! time (`build`, `description`, `tool`…) is ignored. A key that would change what a component can do and that this
//! host does not implement is an error.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::component::ComponentConfig;
use crate::error::Error;
use crate::static_response::StaticResponse;
use crate::variables::Variable;

/// The content of a manifest that this host supports.
#[derive(Debug)]
pub(crate) struct Manifest {
    pub(crate) name: String,
    pub(crate) variables: BTreeMap<String, Variable>,
    pub(crate) components: Vec<ComponentConfig>,
    pub(crate) static_responses: Vec<(String, StaticResponse)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest {
    spin_manifest_version: i64,
    application: RawApplication,
    #[serde(default)]
    variables: BTreeMap<String, Variable>,
    trigger: BTreeMap<String, Vec<toml::Table>>,
    #[serde(default)]
    component: BTreeMap<String, RawComponent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "the other keys describe the application to people and tools"
)]
struct RawApplication {
    name: String,
    version: Option<String>,
    description: Option<String>,
    authors: Option<Vec<String>>,
    targets: Option<toml::Value>,
    #[serde(default)]
    trigger: BTreeMap<String, toml::Table>,
    tool: Option<toml::Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHttpTrigger {
    #[serde(default)]
    id: String,
    route: RawRoute,
    component: Option<toml::Value>,
    static_response: Option<StaticResponse>,
    executor: Option<toml::Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawRoute {
    Pattern(String),
    Private(RawPrivate),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPrivate {
    private: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "the other keys are part of the format and have no effect at run time"
)]
struct RawComponent {
    source: toml::Value,
    description: Option<String>,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    #[serde(default)]
    files: Vec<toml::Value>,
    exclude_files: Option<Vec<String>>,
    #[serde(default)]
    allowed_outbound_hosts: Vec<String>,
    #[serde(default)]
    key_value_stores: Vec<String>,
    #[serde(default)]
    sqlite_databases: Vec<String>,
    #[serde(default)]
    ai_models: Vec<String>,
    targets: Option<toml::Value>,
    build: Option<toml::Value>,
    tool: Option<toml::Table>,
    dependencies_inherit_configuration: Option<bool>,
    #[serde(default)]
    dependencies: toml::Table,
    profile: Option<toml::Table>,
}

impl Manifest {
    /// Reads the manifest at `path`. The sources of components are relative to its directory.
    pub(crate) fn load(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })?;
        let directory = path.parent().unwrap_or_else(|| Path::new(""));
        Self::parse(&text, directory).map_err(|error| match error {
            ParseError::Toml(error) => Error::Manifest {
                path: path.to_owned(),
                message: error.to_string(),
            },
            ParseError::Host(error) => error,
        })
    }

    fn parse(text: &str, directory: &Path) -> Result<Self, ParseError> {
        let raw: RawManifest = toml::from_str(text)?;
        if raw.spin_manifest_version != 2 {
            let what = format!("version {} (use version 2)", raw.spin_manifest_version);
            return Err(Error::unsupported("spin_manifest_version", what).into());
        }
        if raw
            .application
            .trigger
            .values()
            .any(|table| !table.is_empty())
        {
            return Err(
                Error::unsupported("application.trigger", "a setting for all triggers").into(),
            );
        }
        for (name, variable) in &raw.variables {
            variable.check(name)?;
        }
        let mut components = BTreeMap::new();
        for (id, component) in raw.component {
            let config = component.into_config(&id, directory)?;
            components.insert(id, config);
        }
        let mut static_responses = Vec::new();
        for (kind, triggers) in raw.trigger {
            if kind != "http" {
                return Err(Error::unsupported(
                    format!("trigger.{kind}"),
                    "a trigger other than `http`",
                )
                .into());
            }
            for (index, table) in triggers.into_iter().enumerate() {
                let trigger: RawHttpTrigger = table.try_into()?;
                let place = if trigger.id.is_empty() {
                    format!("trigger.http[{index}]")
                } else {
                    format!("trigger.http `{}`", trigger.id)
                };
                trigger.apply(&place, &mut components, &mut static_responses)?;
            }
        }
        Ok(Self {
            name: raw.application.name,
            variables: raw.variables,
            components: components.into_values().collect(),
            static_responses,
        })
    }
}

impl RawHttpTrigger {
    /// Adds the route of the trigger to its component, or to the static responses.
    fn apply(
        self,
        place: &str,
        components: &mut BTreeMap<String, ComponentConfig>,
        static_responses: &mut Vec<(String, StaticResponse)>,
    ) -> Result<(), Error> {
        if self
            .executor
            .is_some_and(|executor| executor.get("type").and_then(|t| t.as_str()) != Some("http"))
        {
            return Err(Error::unsupported(place, "an executor other than `http`"));
        }
        let route = match self.route {
            RawRoute::Pattern(pattern) => Some(pattern),
            RawRoute::Private(RawPrivate { private: true }) => None,
            RawRoute::Private(_) => {
                return Err(Error::invalid(
                    place,
                    "a route is a pattern or { private = true }",
                ));
            }
        };
        match (self.component, self.static_response, route) {
            (Some(toml::Value::String(id)), None, route) => {
                let component = components.get_mut(&id).ok_or_else(|| {
                    Error::invalid(place, format!("there is no component `{id}`"))
                })?;
                component.routes.extend(route);
                Ok(())
            }
            (Some(toml::Value::Table(_)), None, _) => Err(Error::unsupported(
                place,
                "a component defined inside a trigger (define it in [component] and use its id)",
            )),
            (None, Some(response), Some(route)) => {
                static_responses.push((route, response));
                Ok(())
            }
            (None, Some(_), None) => Err(Error::invalid(
                place,
                "a static response needs a public route",
            )),
            _ => Err(Error::invalid(
                place,
                "a trigger has either a component or a static_response",
            )),
        }
    }
}

impl RawComponent {
    fn into_config(self, id: &str, directory: &Path) -> Result<ComponentConfig, Error> {
        let place = format!("component.{id}");
        let toml::Value::String(source) = self.source else {
            return Err(Error::unsupported(
                place,
                "a source that is not the path of a .wasm file",
            ));
        };
        for (used, what) in [
            (
                !self.files.is_empty(),
                "`files` (include the files in the component)",
            ),
            (!self.ai_models.is_empty(), "`ai_models`"),
            (
                !self.dependencies.is_empty(),
                "`dependencies` (compose the component first)",
            ),
        ] {
            if used {
                return Err(Error::unsupported(place, what));
            }
        }
        let mut config = ComponentConfig::from_file(id, directory.join(source));
        config.variables = self.variables;
        config.environment = self.environment;
        config.allowed_outbound_hosts = self.allowed_outbound_hosts;
        config.key_value_stores = self.key_value_stores.into_iter().collect();
        config.sqlite_databases = self.sqlite_databases.into_iter().collect();
        Ok(config)
    }
}

enum ParseError {
    Toml(toml::de::Error),
    Host(Error),
}

impl From<toml::de::Error> for ParseError {
    fn from(error: toml::de::Error) -> Self {
        Self::Toml(error)
    }
}

impl From<Error> for ParseError {
    fn from(error: Error) -> Self {
        Self::Host(error)
    }
}

#[cfg(test)]
mod tests;
