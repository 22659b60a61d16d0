//! Reading and writing whole files, and listing directories.
//!
//! In a component this goes by `wasi:filesystem`: to write a file, the standard library also asks for the right to
//! change directories (`mutate-directory`), and jco refuses that (preview2-shim 0.26).

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::fs;
    use std::io;
    use std::path::Path;

    pub(crate) use fs::{read, write};

    /// The names in a directory, in any order.
    ///
    /// # Errors
    /// What the file system answers; `NotFound` if there is no such directory.
    pub(crate) fn names(directory: &Path) -> io::Result<Vec<String>> {
        let names = fs::read_dir(directory)?.map(|entry| Ok(entry?.file_name()));
        names
            .map(|name: io::Result<_>| Ok(name?.to_string_lossy().into_owned()))
            .collect()
    }
}

#[cfg(target_arch = "wasm32")]
mod component {
    use std::io::{self, ErrorKind};
    use std::path::Path;
    use wasi::filesystem::preopens::get_directories;
    use wasi::filesystem::types::{Descriptor, DescriptorFlags, ErrorCode, OpenFlags, PathFlags};

    /// How much is read or written by one call.
    const PIECE: usize = 64 * 1024;

    pub(crate) fn read(file: impl AsRef<Path>) -> io::Result<Vec<u8>> {
        let opened = open(file.as_ref(), OpenFlags::empty(), DescriptorFlags::READ)?;
        let mut bytes = Vec::new();
        loop {
            let (piece, is_end) = opened
                .read(PIECE as u64, bytes.len() as u64)
                .map_err(failed)?;
            bytes.extend_from_slice(&piece);
            if is_end || piece.is_empty() {
                return Ok(bytes);
            }
        }
    }

    pub(crate) fn write(file: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        let created = OpenFlags::CREATE | OpenFlags::TRUNCATE;
        let opened = open(file.as_ref(), created, DescriptorFlags::WRITE)?;
        let mut offset = 0;
        for piece in bytes.as_ref().chunks(PIECE) {
            let mut rest = piece;
            while !rest.is_empty() {
                let written = opened.write(rest, offset).map_err(failed)?;
                let count = usize::try_from(written).unwrap_or(usize::MAX);
                rest = match rest.get(count..) {
                    Some(rest) if count > 0 => rest,
                    _ => return Err(ErrorKind::WriteZero.into()),
                };
                offset += written;
            }
        }
        Ok(())
    }

    pub(crate) fn names(directory: &Path) -> io::Result<Vec<String>> {
        let opened = open(directory, OpenFlags::DIRECTORY, DescriptorFlags::READ)?;
        let entries = opened.read_directory().map_err(failed)?;
        let mut names = Vec::new();
        while let Some(entry) = entries.read_directory_entry().map_err(failed)? {
            names.push(entry.name);
        }
        Ok(names)
    }

    fn open(path: &Path, how: OpenFlags, rights: DescriptorFlags) -> io::Result<Descriptor> {
        // The directory that the host offers and that contains this path; of several, the innermost.
        let offered = get_directories();
        let containing = offered
            .iter()
            .filter_map(|(descriptor, name)| Some((descriptor, path.strip_prefix(name).ok()?)))
            .min_by_key(|(_, rest)| rest.as_os_str().len());
        let Some((directory, rest)) = containing else {
            return Err(io::Error::other("the host offers no such directory"));
        };
        let rest = rest.to_str().ok_or(ErrorKind::InvalidInput)?;
        directory
            .open_at(PathFlags::empty(), rest, how, rights)
            .map_err(failed)
    }

    fn failed(error: ErrorCode) -> io::Error {
        match error {
            ErrorCode::NoEntry => ErrorKind::NotFound.into(),
            error => io::Error::other(error),
        }
    }
}

#[cfg(target_arch = "wasm32")]
pub(super) use component::{names, read, write};
#[cfg(not(target_arch = "wasm32"))]
pub(super) use native::{names, read, write};
