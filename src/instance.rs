//! What an instance of the component keeps between requests: the configuration, read by need, the count of its
//! memory, and texts that many requests get.

use crate::config::{Config, ConfigError};
use crate::host::Clock;
use crate::kept::KeptTexts;
use crate::memory::Pool;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How often a request looks whether another one has read the configuration. The executor of a component wakes no request
/// for another one, so it cannot wait in another way.
const PAUSE: Duration = Duration::from_millis(1);

/// A configuration, once it was read.
#[derive(Debug, Default)]
struct Slot {
    config: OnceLock<Result<Arc<Config>, ConfigError>>,
    is_being_read: AtomicBool,
}

impl Slot {
    const fn new() -> Self {
        Self {
            config: OnceLock::new(),
            is_being_read: AtomicBool::new(false),
        }
    }
}

/// The turn to read a configuration. It ends when it is dropped, also if the request has ended before.
struct Turn<'a>(&'a AtomicBool);

impl<'a> Turn<'a> {
    fn take(is_taken: &'a AtomicBool) -> Option<Self> {
        (!is_taken.swap(true, Ordering::Relaxed)).then(|| Self(is_taken))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

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
    texts: OnceLock<Arc<KeptTexts>>,
}

impl Instance {
    /// An instance that has read nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            mcp: Slot::new(),
            all: Slot::new(),
            memory: OnceLock::new(),
            texts: OnceLock::new(),
        }
    }

    /// The memory that the requests of the instance share.
    pub(crate) fn memory(&self) -> Arc<Pool> {
        Arc::clone(self.memory.get_or_init(Arc::default))
    }

    /// The texts that the instance has ready.
    pub(crate) fn texts(&self) -> Arc<KeptTexts> {
        Arc::clone(self.texts.get_or_init(Arc::default))
    }

    /// The configuration for a request to this path. `variable` returns the value of a variable; one that the platform
    /// does not know is absent. The first request reads the variables, and the others wait for it: on Spin every look-up
    /// blocks a thread.
    ///
    /// # Errors
    /// Every variable with an invalid value among those that the path needs.
    pub async fn config(
        &self,
        clock: &impl Clock,
        path: &str,
        variable: impl AsyncFn(&'static str) -> Option<String>,
    ) -> Result<Arc<Config>, ConfigError> {
        let slot = if Config::is_mcp(path) {
            &self.mcp
        } else {
            &self.all
        };
        let _turn = loop {
            if let Some(config) = slot.config.get() {
                return config.clone();
            }
            match Turn::take(&slot.is_being_read) {
                Some(turn) => break turn,
                None => clock.sleep(PAUSE).await,
            }
        };
        let names = Config::needed(path);
        let mut values = Vec::with_capacity(names.len());
        for name in names {
            values.push((*name, variable(name).await));
        }
        let get = |name: &str| {
            let found = values.iter().find(|(known, _)| *known == name)?;
            found.1.clone()
        };
        let config = slot
            .config
            .get_or_init(|| Config::from_variables(get).map(Arc::new));
        config.clone()
    }
}

#[cfg(test)]
mod tests;
