use super::*;
use crate::testing::FakeHost;

#[test]
fn call_without_an_answer_fails_after_two_seconds() {
    let host = TimedStore(FakeHost::silent());
    let started_at = host.now();
    pollster::block_on(host.set("a", b"1")).expect("written");
    assert_eq!(host.now(), started_at, "a store that answers costs no time");
    host.0.store_hangs.set(true);
    let errors = pollster::block_on(async {
        [
            host.get("a").await.map(|_| ()),
            host.set("a", b"2").await,
            host.delete("a").await,
            host.increment("b", 1).await.map(|_| ()),
        ]
    });
    for (result, name) in errors
        .into_iter()
        .zip(["get", "set", "delete", "increment"])
    {
        let expected = format!("{name}: no answer within 2 seconds");
        assert_eq!(result, Err(StoreError(expected)));
    }
    assert_eq!(host.now() - started_at, 4 * LIMIT);
}
