//! The environment of the component, and misbehaviour that a host must contain.

use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use spin_sdk::wasip3::clocks::system_clock;

use crate::call::Answer;

/// Seconds since 1970 by the clock of WASI p2, which std uses, and by the clock of WASI p3.
pub(crate) fn clock() -> String {
    let p2 = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    format!("{p2} {}", system_clock::now().seconds)
}

/// How many times this function was called in this instance.
pub(crate) fn count() -> String {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    (CALLS.fetch_add(1, Ordering::Relaxed) + 1).to_string()
}

#[expect(clippy::print_stdout, reason = "the test reads standard output")]
pub(crate) fn print(text: &str) -> String {
    println!("out {text}");
    eprintln!("err {text}");
    "printed".to_owned()
}

/// The environment variables, files, sockets and arguments that the component finds.
pub(crate) fn environment() -> String {
    let mut variables: Vec<String> = std::env::vars()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    variables.sort();
    let root = std::fs::read_dir("/").map_or("no files", |_| "files");
    let socket = std::net::TcpStream::connect("127.0.0.1:1")
        .map_or_else(|e| e.kind().to_string(), |_| "open".into());
    format!(
        "[{}] {root} {socket} {}",
        variables.join(" "),
        std::env::args().count()
    )
}

pub(crate) async fn sleep(milliseconds: &str) -> Answer {
    let milliseconds = milliseconds
        .parse()
        .map_err(|_| "not a number".to_owned())?;
    spin_sdk::time::sleep(Duration::from_millis(milliseconds)).await;
    Ok("slept".to_owned())
}

pub(crate) fn trap() -> Answer {
    panic!("on purpose")
}

pub(crate) fn endless_loop() -> Answer {
    let mut count = 0_u64;
    loop {
        count = black_box(count.wrapping_add(1));
    }
}

/// Allocates this many MiB and writes to them.
pub(crate) fn allocate(mebibytes: &str) -> Answer {
    let mebibytes: usize = mebibytes.parse().map_err(|_| "not a number".to_owned())?;
    let memory = black_box(vec![1_u8; mebibytes << 20]);
    Ok(format!("{} MiB", memory.len() >> 20))
}
