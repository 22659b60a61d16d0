//! A file with a line for each instance that ended by a trap. A test run appends to it from many processes and counts the
//! lines at its end.

use std::fs::OpenOptions;
use std::io::Write as _;

use crate::log::ComponentLog;

/// The environment variable that names the file.
const FILE: &str = "EMBED_TRAP_LOG";

/// Appends the component's id, a tab and the cause. Does nothing if the variable is not set.
pub(crate) fn append(log: &ComponentLog, cause: &str) {
    let Some(path) = std::env::var_os(FILE) else {
        return;
    };
    // A single write, so that lines of several processes do not mix.
    let line = format!("{}\t{}\n", log.component, cause.replace(['\n', '\r'], " "));
    let file = OpenOptions::new().create(true).append(true).open(path);
    if let Err(error) = file.and_then(|mut file| file.write_all(line.as_bytes())) {
        log.host(&format!("cannot write to the file in {FILE}: {error}"));
    }
}
