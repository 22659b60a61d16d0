//! Answers requests of one case, so that a tool can count the instructions: `tokportal-counts CASE`. README.md has the cases.
//!
//! Only what [`counted_requests`] does is counted. It drives the function that every shell calls
//! (`tokportal_connector::serve`) with a host in memory, whose clock stands still and whose random numbers are the same in
//! each run.

mod allocator;
mod cases;
mod counted;
mod host;
mod messages;
mod outside;
mod portal;
mod sign_in;
mod world;

use counted::{Counted, counted_requests};
use std::cell::Cell;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: allocator::OneThread = allocator::OneThread::new();

fn main() -> ExitCode {
    let cases = cases::all();
    let Some(name) = std::env::args().nth(1) else {
        cases.iter().for_each(|case| println!("{}", case.name));
        return ExitCode::SUCCESS;
    };
    let Some(case) = cases.into_iter().find(|case| case.name == name) else {
        eprintln!("There is no case {name:?}; without an argument, the cases are listed.");
        return ExitCode::FAILURE;
    };
    let run = (case.prepare)();
    run.warm_up();
    let requests = run.requests.len();
    let host = &run.world.host;
    let calls = || [&host.store_calls, &host.outbound_calls].map(Cell::get);
    let before = calls();
    let Counted { wrong, bytes } = counted_requests(&run.world, run.requests, run.status);
    let [store, outbound] = calls();
    let [store, outbound] = [store - before[0], outbound - before[1]];
    println!(
        r#"{{"requests":{requests},"wrong":{wrong},"bytes":{bytes},"store":{store},"outbound":{outbound}}}"#
    );
    if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
