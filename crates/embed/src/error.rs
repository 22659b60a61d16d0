//! Errors before an application serves. Each one names the file, key or address that the embedder has to correct.
//!
//! A request that fails has no type here. It becomes an HTTP status and a log line (see `App::handle`), or an error of
//! the interface that the component called.

use std::path::PathBuf;

/// Why an application could not be built or served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The manifest is not TOML, or has a key that Spin manifests do not have, or a value of the wrong type.
    #[error("{} is not a Spin manifest this host can read: {message}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// The message of the parser, with line and column.
        message: String,
    },
    /// The manifest needs a feature that this host does not implement.
    #[error("{place}: {what} is not supported by this host")]
    Unsupported {
        /// Where in the manifest, for example `component.connector`.
        place: String,
        /// The key or value, and what to use instead if there is a substitute.
        what: String,
    },
    /// A value in the configuration is wrong.
    #[error("{place}: {message}")]
    Invalid {
        /// Where in the configuration.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// A required variable has no value.
    #[error(
        "variable `{name}` has no value: set SPIN_VARIABLE_{}, pass one to the host, or give it a default",
        name.to_ascii_uppercase()
    )]
    MissingVariable {
        /// The application variable.
        name: String,
    },
    /// A component is not a WebAssembly component, exports no HTTP handler, or imports an interface that the host
    /// lacks.
    #[error("component `{id}`: {message}")]
    Component {
        /// The component's id in the manifest.
        id: String,
        /// The message of the engine.
        message: String,
    },
    /// A database could not be opened.
    #[error("cannot open the database {}: {source}", path.display())]
    Storage {
        /// The database file, or `:memory:`.
        path: PathBuf,
        /// The error of SQLite.
        source: rusqlite::Error,
    },
    /// The host could not listen on the address.
    #[error("{}", describe_bind(address, source))]
    Bind {
        /// The address.
        address: String,
        /// The error of the operating system.
        source: std::io::Error,
    },
}

impl Error {
    pub(crate) fn invalid(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid {
            place: place.into(),
            message: message.into(),
        }
    }

    pub(crate) fn unsupported(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Unsupported {
            place: place.into(),
            what: what.into(),
        }
    }

    pub(crate) fn component(id: &str, error: &wasmtime::Error) -> Self {
        Self::Component {
            id: id.to_owned(),
            message: format!("{error:#}"),
        }
    }
}

fn describe_bind(address: &str, source: &std::io::Error) -> String {
    if source.kind() == std::io::ErrorKind::AddrInUse {
        format!("{address} is already in use by another program; stop it or choose another port")
    } else {
        format!("cannot listen on {address}: {source}")
    }
}
