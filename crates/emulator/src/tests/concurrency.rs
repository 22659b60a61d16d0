//! Many writers at once, over several instances that share nothing but the database.

use std::thread;

use serde_json::json;

use super::world::World;

/// Sends `each` requests from each of `instances` instances, two threads an instance.
fn storm(world: &World, instances: usize, each: usize, headers: &[(&str, &str)]) -> Vec<u16> {
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for _ in 0..instances {
            let instance = std::sync::Arc::new(world.another_instance());
            for _ in 0..2 {
                let instance = std::sync::Arc::clone(&instance);
                threads.push(scope.spawn(move || {
                    let body = || Some(json!({ "bundle_type": "account_only", "country": "FR" }));
                    (0..each / 2)
                        .map(|_| {
                            instance
                                .call_with("POST", "/bundles", body(), headers)
                                .status()
                        })
                        .collect()
                }));
            }
        }
        threads
            .into_iter()
            .flat_map(|thread| -> Vec<u16> { thread.join().unwrap() })
            .collect()
    })
}

#[test]
fn two_hundred_orders_with_credits_for_fifty_make_fifty() {
    let world = World::new();
    world.control(
        "/rate-limit",
        json!({ "size": 1000, "refill_per_second": 2 }),
    );
    world.control("/credits", json!({ "balance": 50 * 32 + 31 }));
    let statuses = storm(&world, 10, 20, &[]);
    let count = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!((statuses.len(), count(201), count(402)), (200, 50, 150));
    assert_eq!(world.balance(), 31);
    assert_eq!(
        world.call("GET", "/bundles", None).json()["pagination"]["total"],
        56
    );
}

#[test]
fn one_idempotency_key_fifty_times_in_parallel_makes_one_order() {
    let world = World::new();
    let statuses = storm(&world, 5, 10, &[("idempotency-key", "k1")]);
    assert_eq!(statuses, [201; 50]);
    assert_eq!(world.balance(), 1250 - 32);
}
