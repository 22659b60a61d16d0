//! Where compiled components are kept for the next process.
//!
//! wasmtime runs what is in its cache as it is. So the directory that the host chooses itself must be one that only its own
//! account, or root, can write to.

use std::io;
use std::path::{Path, PathBuf};

use crate::storage::StateLocation;

/// The name of the directory in the state directory.
const NAME: &str = "cache";

/// The choice of the program that embeds the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CodeCache {
    /// Nothing is kept.
    None,
    /// In this directory. Who names it answers for its permissions.
    Directory(PathBuf),
    /// In the state directory, if no other account may write there.
    InStateDir,
}

impl CodeCache {
    /// The directory, made if it did not exist; `None` if nothing is kept.
    ///
    /// # Errors
    /// A sentence for the log that says why nothing is kept, though it was asked for.
    pub(crate) fn open(&self, state: &StateLocation) -> Result<Option<PathBuf>, String> {
        match (self, state) {
            (Self::Directory(directory), _) => Ok(Some(directory.clone())),
            (Self::InStateDir, StateLocation::Directory(state)) => {
                let directory = state.join(NAME);
                let made = make(state, &directory);
                made.map_err(|problem| {
                    format!(
                        "compiled components are not kept in {}, so the next start compiles them again: {problem}",
                        directory.display()
                    )
                })?;
                Ok(Some(directory))
            }
            (Self::None, _)
            | (Self::InStateDir, StateLocation::Memory | StateLocation::File(_)) => Ok(None),
        }
    }
}

fn make(state: &Path, directory: &Path) -> Result<(), String> {
    let failed = |error: io::Error| error.to_string();
    std::fs::create_dir_all(state).map_err(failed)?;
    if let Err(error) = make_private(directory)
        && error.kind() != io::ErrorKind::AlreadyExists
    {
        return Err(failed(error));
    }
    // A link is not followed: its target would have permissions of its own.
    let metadata = std::fs::symlink_metadata(directory).map_err(failed)?;
    if !metadata.is_dir() {
        return Err("it is not a directory".to_owned());
    }
    // An account that can write to the state directory could put another directory in the place of this one.
    let above = std::fs::metadata(state).map_err(failed)?;
    for (path, metadata) in [(state, above), (directory, metadata)] {
        if let Some(problem) = others_can_write(&metadata) {
            return Err(format!("{} {problem}", path.display()));
        }
    }
    Ok(())
}

#[cfg(unix)]
fn make_private(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().mode(0o700).create(directory)
}

#[cfg(unix)]
fn others_can_write(metadata: &std::fs::Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    /// The group and all others may write.
    const WRITABLE: u32 = 0o022;
    let owner = metadata.uid();
    if owner != 0 && owner != rustix::process::geteuid().as_raw() {
        return Some(format!("belongs to another account (user id {owner})"));
    }
    (metadata.mode() & WRITABLE != 0)
        .then(|| "can be written by other accounts; `chmod go-w` it".to_owned())
}

/// Elsewhere permissions are inherited from the directory above, and the standard library cannot read them.
#[cfg(not(unix))]
fn make_private(directory: &Path) -> io::Result<()> {
    std::fs::create_dir(directory)
}

#[cfg(not(unix))]
fn others_can_write(_: &std::fs::Metadata) -> Option<String> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn open(state: &Path) -> Result<Option<PathBuf>, String> {
        CodeCache::InStateDir.open(&StateLocation::Directory(state.to_owned()))
    }

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn cache_in_the_state_dir_is_open_to_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        for _ in 0..2 {
            let cache = open(&state).unwrap().unwrap();
            let mode = std::fs::metadata(&cache).unwrap().permissions().mode();
            assert_eq!((cache, mode & 0o777), (state.join("cache"), 0o700));
        }
    }

    #[test]
    fn directories_that_others_can_write_keep_no_code() {
        let folder = tempfile::tempdir().unwrap();
        let (state, cache) = (folder.path(), folder.path().join("cache"));
        for (path, mode) in [(&cache, 0o770), (&cache, 0o702), (&state.to_owned(), 0o777)] {
            std::fs::create_dir_all(&cache).unwrap();
            set_mode(&cache, 0o700);
            set_mode(path, mode);
            let problem = open(state).unwrap_err();
            let expected = format!("{} can be written by other accounts", path.display());
            assert!(problem.contains(&expected), "{problem}");
        }
    }

    #[test]
    fn link_in_the_place_of_the_cache_keeps_no_code() {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        symlink(elsewhere.path(), folder.path().join("cache")).unwrap();
        assert!(open(folder.path()).unwrap_err().contains("not a directory"));
    }

    #[test]
    fn state_in_memory_keeps_no_code() {
        assert_eq!(CodeCache::InStateDir.open(&StateLocation::Memory), Ok(None));
    }
}
