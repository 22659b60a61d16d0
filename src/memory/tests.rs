use super::*;
use crate::testing::FakeHost;
use futures::future::join;
use pollster::block_on;

const MIB: usize = 1024 * 1024;

fn begun(pool: &Arc<Pool>, host: &FakeHost) -> Option<Reservation> {
    let reservation = Reservation::empty(pool);
    block_on(reservation.begin(host)).then_some(reservation)
}

#[test]
fn requests_get_their_base_until_the_pool_is_used_up() {
    let (pool, host) = (Arc::default(), FakeHost::silent());
    let held: Vec<_> = (0..200).map_while(|_| begun(&pool, &host)).collect();
    assert_eq!(held.len(), BASES / BASE);
    drop(held);
    assert!(begun(&pool, &host).is_some(), "all was given back");
}

#[test]
fn large_requests_leave_the_bases_of_small_ones() {
    let (pool, host) = (Arc::default(), FakeHost::silent());
    let large = begun(&pool, &host).expect("a base");
    assert!(large.take(BASE + BEYOND));
    let small = begun(&pool, &host).expect("a base");
    assert!(small.take(BASE));
    assert!(!small.fits(1));
}

#[test]
fn request_that_waits_gets_the_room_of_one_that_ends() {
    let (pool, host) = (Arc::default(), FakeHost::silent());
    let first = begun(&pool, &host).expect("a base");
    let second = begun(&pool, &host).expect("a base");
    assert!(first.take(30 * MIB));
    let ends = async {
        host.sleep(Duration::from_secs(1)).await;
        drop(first);
    };
    let (has_room, ()) = block_on(join(second.wait_for(&host, 30 * MIB), ends));
    assert!(has_room);
}

#[test]
fn request_that_waits_holds_nothing_that_it_does_not_use() {
    let (pool, host) = (Arc::default(), FakeHost::silent());
    let first = begun(&pool, &host).expect("a base");
    let second = begun(&pool, &host).expect("a base");
    for request in [&first, &second] {
        assert!(request.fits(18 * MIB));
        request.set_used(2 * MIB);
    }
    let one = async {
        let has_room = first.wait_for(&host, 30 * MIB).await;
        drop(first);
        has_room
    };
    let both = block_on(join(one, second.wait_for(&host, 30 * MIB)));
    assert_eq!(both, (true, true));
}

#[test]
fn wait_for_room_is_bounded() {
    let (pool, host) = (Arc::default(), FakeHost::silent());
    let first = begun(&pool, &host).expect("a base");
    let second = begun(&pool, &host).expect("a base");
    assert!(first.take(30 * MIB));
    let started_at = host.monotonic();
    assert!(!block_on(second.wait_for(&host, 30 * MIB)));
    let time = host.monotonic() - started_at;
    assert!(time >= PATIENCE && time < 2 * PATIENCE, "{time:?}");
    drop(first);
    assert!(second.take(30 * MIB), "the place in the queue was left");
}

#[test]
fn reply_holds_what_it_uses_and_no_more() {
    let (pool, host) = (Arc::default(), FakeHost::silent());
    let request = begun(&pool, &host).expect("a base");
    assert!(request.take(20 * MIB));
    request.set_used(1000);
    request.give_back_rest();
    let others: Vec<_> = (0..200).map_while(|_| begun(&pool, &host)).collect();
    assert_eq!(others.len(), (BASES - 1000) / BASE);
    assert!(others[0].take(BASE + BEYOND));
}

#[test]
fn room_is_held_until_the_extensions_of_the_reply_are_dropped() {
    let (pool, host) = (Arc::default(), FakeHost::silent());
    let request = begun(&pool, &host).expect("a base");
    assert!(request.take(BASE + BEYOND));
    let mut reply = Reply::new(vec![0; SMALL_REPLY + 1].into());
    hold(&mut reply, request);
    let (parts, _) = reply.into_parts();
    let other = begun(&pool, &host).expect("a base");
    assert!(!other.fits(BASE + 1));
    drop(parts);
    assert!(other.fits(BASE + BEYOND));
}

#[test]
fn more_than_is_held_counts_against_others() {
    let (pool, host) = (Arc::default(), FakeHost::silent());
    let request = begun(&pool, &host).expect("a base");
    request.set_used(BASE + BEYOND + MIB);
    let other = begun(&pool, &host).expect("a base");
    assert!(!other.fits(BASE + 1));
    drop(request);
    assert!(other.fits(BASE + BEYOND));
}
