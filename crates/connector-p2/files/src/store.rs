//! A key-value store in a directory: one file for each value, one directory for each counter.
//!
//! ```text
//! values/<key>          the value
//! counters/<key>/<sum>  an empty file whose name is the sum
//! unfinished/<random>   what is not complete yet, or is being deleted
//! ```
//!
//! Everything appears, changes and disappears by renaming, which a file system does atomically, so any number of
//! instances and processes can share the directory, and a process that is killed leaves no half-written row. What it
//! left in `unfinished` may be deleted while nothing runs. Needs a file system on which `rename` is atomic for
//! everyone who uses it: a local disk, but not every network file system.

mod disk;

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// How often an increment is tried while others change the same counter. Each failure means that one of them succeeded.
const ATTEMPTS: u32 = 10_000;
/// The longest name that common file systems take, in bytes.
const MAX_KEY: usize = 255;

/// The store in one directory.
#[derive(Debug, Clone)]
pub(crate) struct FileStore {
    values: PathBuf,
    counters: PathBuf,
    unfinished: PathBuf,
}

impl FileStore {
    /// The store in this directory, which must exist. Nothing is read or written yet.
    pub(crate) fn new(directory: &Path) -> Self {
        Self {
            values: directory.join("values"),
            counters: directory.join("counters"),
            unfinished: directory.join("unfinished"),
        }
    }

    /// The value of a key, if there is one.
    ///
    /// # Errors
    /// What the file system answers, or `InvalidInput` for a key that is not `[a-z0-9-]`.
    pub(crate) fn get(&self, key: &str) -> io::Result<Option<Vec<u8>>> {
        found(disk::read(self.values.join(checked(key)?)))
    }

    /// Writes the value of a key and replaces an older one.
    ///
    /// # Errors
    /// As for [`Self::get`].
    pub(crate) fn set(&self, key: &str, value: &[u8]) -> io::Result<()> {
        let name = self.values.join(checked(key)?);
        let unfinished = self.unfinished_name()?;
        within(&self.unfinished, || disk::write(&unfinished, value))?;
        let renamed = within(&self.values, || fs::rename(&unfinished, &name));
        if renamed.is_err() {
            // The error that is reported is the one of the renaming.
            let _ = fs::remove_file(&unfinished);
        }
        renamed
    }

    /// Deletes a value or a counter; an absent key is not an error.
    ///
    /// # Errors
    /// As for [`Self::get`].
    pub(crate) fn delete(&self, key: &str) -> io::Result<()> {
        found(fs::remove_file(self.values.join(checked(key)?)))?;
        let counter = self.counters.join(key);
        if found(fs::metadata(&counter))?.is_none() {
            return Ok(());
        }
        let unfinished = self.unfinished_name()?;
        let renamed = within(&self.unfinished, || fs::rename(&counter, &unfinished));
        if found(renamed)?.is_some() {
            discard(&unfinished);
        }
        Ok(())
    }

    /// Adds to a counter and returns the sum; an absent counter counts as 0, and adding 0 reads it. Two calls that add
    /// 1 never return the same sum.
    ///
    /// # Errors
    /// As for [`Self::get`].
    pub(crate) fn increment(&self, key: &str, delta: i64) -> io::Result<i64> {
        let counter = self.counters.join(checked(key)?);
        for _ in 0..ATTEMPTS {
            let sum = match sum_of(&counter)? {
                Some(sum) => sum,
                None if delta == 0 => return Ok(0),
                None => {
                    if self.create(&counter, delta)? {
                        return Ok(delta);
                    }
                    continue;
                }
            };
            if delta == 0 {
                return Ok(sum);
            }
            let next = sum.saturating_add(delta);
            // Only one of those who read the same sum still finds the file under its name.
            let renamed = fs::rename(name_in(&counter, sum), name_in(&counter, next));
            if found(renamed)?.is_some() {
                return Ok(next);
            }
        }
        Err(io::Error::other("too many concurrent increments"))
    }

    /// Creates a counter with its first sum. `false` if another request was faster. The directory is renamed with the
    /// file in it, because an empty directory would let two of them begin.
    fn create(&self, counter: &Path, sum: i64) -> io::Result<bool> {
        let unfinished = self.unfinished_name()?;
        within(&self.unfinished, || fs::create_dir(&unfinished))?;
        disk::write(name_in(&unfinished, sum), [])?;
        let Err(error) = within(&self.counters, || fs::rename(&unfinished, counter)) else {
            return Ok(true);
        };
        discard(&unfinished);
        // The kinds differ between hosts; what counts is that the counter exists now.
        match found(fs::metadata(counter))? {
            Some(_) => Ok(false),
            None if error.kind() == ErrorKind::DirectoryNotEmpty => Ok(false),
            None => Err(error),
        }
    }

    fn unfinished_name(&self) -> io::Result<PathBuf> {
        let random = getrandom::u64().map_err(io::Error::other)?;
        Ok(self.unfinished.join(format!("{random:016x}")))
    }
}

/// A key is the name of a file, so it has no characters that lead elsewhere.
fn checked(key: &str) -> io::Result<&str> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(plain) {
        Ok(key)
    } else {
        Err(io::Error::new(ErrorKind::InvalidInput, "not a key"))
    }
}

/// The sum of a counter; `None` if there is none. While a file is renamed, a listing may show the old name, the new
/// one, both or neither.
fn sum_of(counter: &Path) -> io::Result<Option<i64>> {
    for _ in 0..ATTEMPTS {
        let Some(names) = found(disk::names(counter))? else {
            return Ok(None);
        };
        let newest = names.iter().filter_map(|name| name.parse().ok()).max();
        if newest.is_some() {
            return Ok(newest);
        }
    }
    Err(io::Error::other("a counter has no sum"))
}

fn name_in(counter: &Path, sum: i64) -> PathBuf {
    counter.join(sum.to_string())
}

/// Deletes a counter that no request finds any more. What cannot be deleted stays in `unfinished` and does no harm: an
/// increment that had found the counter before may still rename its file.
fn discard(directory: &Path) {
    for name in disk::names(directory).unwrap_or_default() {
        let _ = fs::remove_file(directory.join(name));
    }
    let _ = fs::remove_dir(directory);
}

/// `None` instead of the error that there is no such file.
fn found<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Does something in a directory, and makes the directory if it is not there yet.
fn within(directory: &Path, act: impl Fn() -> io::Result<()>) -> io::Result<()> {
    match act() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            match fs::create_dir(directory) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
            act()
        }
        result => result,
    }
}

#[cfg(test)]
mod tests;
