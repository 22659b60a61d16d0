//! What an instance of the component keeps between requests: the configuration, read by need, and the count of its memory.

use crate::config::{Config, ConfigError};
use crate::memory::Pool;
use std::sync::{Arc, OnceLock};

type Slot = OnceLock<Result<Arc<Config>, ConfigError>>;

/// What an instance keeps. A shell has one in a static. It contains settings of the operator, which do not change while
/// an instance runs, and no data of a user.
///
/// Many hosts start a fresh instance for each request, and every variable is a call of the host. So a request reads
/// only what its path needs, and a wrong variable breaks only the paths that need it.
#[derive(Debug, Default)]
pub struct Instance {
    mcp: Slot,
    all: Slot,
    memory: OnceLock<Arc<Pool>>,
}

impl Instance {
    /// An instance that has read nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            mcp: OnceLock::new(),
            all: OnceLock::new(),
            memory: OnceLock::new(),
        }
    }

    /// The memory that the requests of the instance share.
    pub(crate) fn memory(&self) -> Arc<Pool> {
        Arc::clone(self.memory.get_or_init(Arc::default))
    }

    /// The configuration for a request to this path. `variable` returns the value of a variable; one that the platform
    /// does not know is absent.
    ///
    /// # Errors
    /// Every variable with an invalid value among those that the path needs.
    pub async fn config(
        &self,
        path: &str,
        variable: impl AsyncFn(&'static str) -> Option<String>,
    ) -> Result<Arc<Config>, ConfigError> {
        let names = Config::needed(path);
        let slot = if Config::is_mcp(path) {
            &self.mcp
        } else {
            &self.all
        };
        if let Some(config) = slot.get() {
            return config.clone();
        }
        let mut values = Vec::with_capacity(names.len());
        for name in names {
            values.push((*name, variable(name).await));
        }
        let get = |name: &str| {
            let found = values.iter().find(|(known, _)| *known == name)?;
            found.1.clone()
        };
        slot.get_or_init(|| Config::from_variables(get).map(Arc::new))
            .clone()
    }
}

#[cfg(test)]
mod tests;
