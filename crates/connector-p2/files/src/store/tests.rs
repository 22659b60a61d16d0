#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use super::FileStore;
use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Barrier;
use std::thread;

const THREADS: usize = 16;
const EACH: usize = 200;

/// An empty directory of its own, deleted at the end.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Self {
        let name = format!("file-store-{:016x}", getrandom::u64().unwrap());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn store(&self) -> FileStore {
        FileStore::new(&self.0)
    }

    fn files(&self, folder: &str) -> usize {
        fs::read_dir(self.0.join(folder)).map_or(0, Iterator::count)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs this in many threads at the same time, and returns what they returned.
fn race<T: Send>(act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(THREADS);
    thread::scope(|scope| {
        let threads = (0..THREADS).map(|number| {
            scope.spawn({
                let (barrier, act) = (&barrier, &act);
                move || {
                    barrier.wait();
                    act(number)
                }
            })
        });
        let threads: Vec<_> = threads.collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

#[test]
fn values_are_written_replaced_and_deleted() {
    let directory = Directory::new();
    let store = directory.store();
    assert_eq!(store.get("a").unwrap(), None);
    store.delete("a").unwrap();
    for value in [b"first".as_slice(), b"", &[0, 255]] {
        store.set("a", value).unwrap();
        assert_eq!(directory.store().get("a").unwrap().as_deref(), Some(value));
    }
    store.delete("a").unwrap();
    assert_eq!(store.get("a").unwrap(), None);
    assert_eq!(directory.files("values") + directory.files("unfinished"), 0);
}

#[test]
fn counters_add_read_and_begin_again_after_deletion() {
    let directory = Directory::new();
    let store = directory.store();
    let sums = [0, 1, 1, 0, 5, -3].map(|delta| store.increment("c", delta).unwrap());
    assert_eq!(sums, [0, 1, 2, 2, 7, 4]);
    assert_eq!(
        directory.files("counters/c"),
        1,
        "a counter takes one file, whatever its sum"
    );
    store.delete("c").unwrap();
    assert_eq!(store.increment("c", 0).unwrap(), 0);
    assert_eq!(store.increment("c", 1).unwrap(), 1);
    assert_eq!(directory.files("unfinished"), 0);
}

#[test]
fn racing_increments_never_return_the_same_sum() {
    let directory = Directory::new();
    let sums = race(|_| {
        let store = directory.store();
        let sums = (0..EACH).map(|_| store.increment("c", 1).unwrap());
        sums.collect::<Vec<_>>()
    });
    let distinct: BTreeSet<_> = sums.into_iter().flatten().collect();
    assert_eq!(distinct.len(), THREADS * EACH);
    assert_eq!(distinct.last(), i64::try_from(THREADS * EACH).ok().as_ref());
}

#[test]
fn one_of_racing_first_increments_gets_one() {
    let directory = Directory::new();
    for round in 0..50 {
        let key = format!("c-{round}");
        let mut sums = race(|_| directory.store().increment(&key, 1).unwrap());
        sums.sort_unstable();
        let expected: Vec<_> = (1..=i64::try_from(THREADS).unwrap()).collect();
        assert_eq!(sums, expected);
    }
    assert_eq!(directory.files("unfinished"), 0);
}

#[test]
fn increments_beside_deletions_do_not_fail() {
    let directory = Directory::new();
    let store = directory.store();
    race(|number| {
        for _ in 0..EACH {
            if number % 4 == 0 {
                store.delete("c").unwrap();
            } else {
                assert!(store.increment("c", 1).unwrap() >= 1);
            }
        }
    });
    assert!(directory.files("counters/c") <= 1);
}

#[test]
fn readers_never_see_half_a_value() {
    let directory = Directory::new();
    let store = directory.store();
    store.set("a", &[0; 4096]).unwrap();
    race(|number| {
        for _ in 0..EACH {
            if number == 0 {
                store.set("a", &[1; 4096]).unwrap();
            } else {
                let value = store.get("a").unwrap().unwrap();
                assert_eq!(value.len(), 4096);
                assert!(value.iter().all(|byte| *byte == value[0]));
            }
        }
    });
}

#[test]
fn keys_that_lead_elsewhere_are_refused() {
    let directory = Directory::new();
    let store = directory.store();
    for key in [
        "",
        "..",
        "../a",
        "a/b",
        "A",
        "a.b",
        "\u{e4}",
        &"a".repeat(256),
    ] {
        let errors = [
            store.get(key).map(|_| ()),
            store.set(key, b""),
            store.delete(key),
            store.increment(key, 1).map(|_| ()),
        ];
        for error in errors {
            assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidInput, "{key}");
        }
    }
    store.set(&"a".repeat(255), b"").unwrap();
}

#[test]
fn missing_directory_is_an_error_that_says_so() {
    let directory = Directory::new();
    let store = FileStore::new(&directory.0.join("missing"));
    assert_eq!(store.get("a").unwrap(), None);
    assert_eq!(store.set("a", b"").unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(
        store.increment("c", 1).unwrap_err().kind(),
        ErrorKind::NotFound
    );
}
