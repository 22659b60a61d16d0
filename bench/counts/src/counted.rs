//! What is counted.

use crate::world::World;
use bytes::Bytes;
use http::Request;

/// What came of the requests.
#[derive(Default)]
pub(crate) struct Counted {
    /// How many replies had another status.
    pub(crate) wrong: usize,
    /// The size of the last reply.
    pub(crate) bytes: usize,
}

/// Answers the requests and drops the replies. The counting tool finds this function by its exact name, so it is not mangled,
/// and it has no closures, whose names would begin with its own.
#[unsafe(no_mangle)]
#[inline(never)]
pub(crate) fn counted_requests(
    world: &World,
    requests: Vec<Request<Bytes>>,
    status: u16,
) -> Counted {
    let mut counted = Counted::default();
    for request in requests {
        let reply = world.send(request);
        counted.wrong += usize::from(reply.status().as_u16() != status);
        counted.bytes = reply.body().len();
    }
    counted
}
