//! An instance of the connector on the host in memory.

use crate::host::Memory;
use bytes::Bytes;
use http::Request;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokportal_connector::{Instance, Reply, serve};

pub(crate) const ORIGIN: &str = "https://mcp.example.com";
pub(crate) const ISSUER: &str = "https://portal.example";

/// People paste an API key. There is no keys API, so no key is introspected.
pub(crate) const API_KEY_MODE: &[(&str, &str)] = &[
    ("public_url", ORIGIN),
    ("api_base_url", "https://api.example"),
];
/// People sign in at the portal, which introspects keys.
pub(crate) const PORTAL_MODE: &[(&str, &str)] = &[
    ("public_url", ORIGIN),
    ("api_base_url", "https://api.example"),
    ("portal_issuer", ISSUER),
    ("portal_keys_url", "https://portal.example/api/keys"),
];

pub(crate) struct World {
    pub(crate) host: Memory,
    instance: Instance,
    variables: &'static [(&'static str, &'static str)],
    /// How far the clock moves before each request.
    pub(crate) pace: Duration,
}

impl World {
    pub(crate) fn new(variables: &'static [(&'static str, &'static str)]) -> Self {
        Self {
            host: Memory::default(),
            instance: Instance::new(),
            variables,
            pace: Duration::ZERO,
        }
    }

    pub(crate) fn send(&self, request: Request<Bytes>) -> Reply {
        let elapsed = &self.host.elapsed;
        elapsed.set(elapsed.get() + self.pace);
        let variable = async |name: &'static str| {
            let mut known = self.variables.iter();
            let found = known.find(|(known, _)| *known == name)?;
            Some(found.1.to_owned())
        };
        block_on(serve(&self.host, &self.instance, variable, request))
    }
}

/// Polls a future to its end. Nothing wakes it, because the host never waits.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1_000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
    panic!("the request waits");
}
