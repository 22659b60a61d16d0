//! The root secret: the operator's `sealing_secret`, or a random one that the first request makes and the store keeps.

use crate::app::Context;
use crate::host::{Host, StoreError};
use crate::sealing::seal::Sealer;
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::time::Duration;
use zeroize::Zeroizing;

/// Where the random secret is kept. Read access to the store opens what is sealed with it; an operator who does not want
/// that sets `sealing_secret`.
const SECRET: &str = "sealing-secret";
/// The election of the request that makes the secret: each candidate increments the counter, and the first one is the
/// leader. The second election is held when the leader of the first one was stopped half-way.
const ELECTIONS: [&str; 2] = ["sealing-secret-made", "sealing-secret-made-again"];
/// How the other candidates wait for the leader: two seconds in all, for a store that is far away or busy. No supported
/// store has a conditional write, so they can only poll.
const POLL_INTERVAL: Duration = Duration::from_millis(20);
const POLLS: usize = 100;

/// The sealer of this connector.
///
/// # Errors
/// [`StoreError`] when no secret is configured and the store does not answer, or no leader could make one.
pub(crate) async fn sealer<H: Host>(context: &Context<'_, H>) -> Result<Sealer, StoreError> {
    let secret = match &context.config.sealing_secret {
        Some(secret) => secret.clone(),
        None => stored(context.host).await?,
    };
    Ok(Sealer::new(&secret))
}

async fn stored(host: &impl Host) -> Result<Secret, StoreError> {
    if let Some(secret) = read(host).await? {
        return Ok(secret);
    }
    for election in ELECTIONS {
        if host.increment(election, 1).await? == 1 {
            make(host).await?;
        }
        // Even the leader reads the secret back: where increments are not atomic, there are several leaders, and all must
        // agree on the secret that was written last.
        for _ in 0..POLLS {
            if let Some(secret) = read(host).await? {
                return Ok(secret);
            }
            host.sleep(POLL_INTERVAL).await;
        }
    }
    // Both leaders were stopped half-way: the next request holds new elections.
    for election in ELECTIONS {
        host.delete(election).await?;
    }
    Err(StoreError(
        "no request made the sealing secret in time".to_owned(),
    ))
}

async fn make(host: &impl Host) -> Result<(), StoreError> {
    let mut random = Zeroizing::new([0; 32]);
    host.fill(&mut *random);
    let secret = Zeroizing::new(URL_SAFE_NO_PAD.encode(*random));
    host.set(SECRET, secret.as_bytes()).await
}

async fn read(host: &impl Host) -> Result<Option<Secret>, StoreError> {
    let secret = host.get(SECRET).await?.map(String::from_utf8);
    match secret {
        Some(Ok(secret)) => Ok(Some(Secret::new(secret))),
        Some(Err(_)) => Err(StoreError("the sealing secret is not text".to_owned())),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::App;
    use crate::host::Clock;
    use crate::sealing::seal::Purpose;
    use crate::testing::{Entry, FakeHost, connector};
    use futures::future::{join, join_all};

    #[test]
    fn racing_first_requests_agree_on_one_secret() {
        let connector = connector(FakeHost::silent(), &[]);
        let context = connector.context();
        let sealers = pollster::block_on(join_all((0..16).map(|_| sealer(&context))));
        let sealed = sealers[0]
            .as_ref()
            .expect("made")
            .seal(&connector.host, Purpose::Consent, &1);
        for sealer in sealers {
            let opened = sealer
                .expect("found")
                .open::<i32>(Purpose::Consent, &sealed);
            assert_eq!(opened, Some(1));
        }
    }

    /// A store in which these makers were stopped after they were counted.
    fn stopped(makers: &[&str]) -> App<FakeHost> {
        let connector = connector(FakeHost::silent(), &[]);
        for maker in makers {
            let mut store = connector.host.store.borrow_mut();
            store.insert((*maker).to_owned(), Entry::Counter(1));
        }
        connector
    }

    #[test]
    fn a_maker_that_was_stopped_half_way_is_replaced_by_one_of_those_who_wait() {
        let connector = stopped(&ELECTIONS[..1]);
        let context = connector.context();
        let sealers = pollster::block_on(join_all((0..16).map(|_| sealer(&context))));
        assert!(
            sealers.iter().all(Result::is_ok),
            "somebody went away empty"
        );
        assert_eq!(
            connector.host.store.borrow().get(ELECTIONS[1]),
            Some(&Entry::Counter(16))
        );
    }

    #[test]
    fn when_the_second_maker_was_stopped_too_the_next_request_begins_anew() {
        let connector = stopped(&ELECTIONS);
        assert!(pollster::block_on(sealer(&connector.context())).is_err());
        assert!(pollster::block_on(sealer(&connector.context())).is_ok());
    }

    /// The others do not look for it so fast that they are through before it is there.
    #[test]
    fn a_slow_store_is_waited_for() {
        let connector = stopped(&ELECTIONS);
        let later = async {
            for _ in 0..POLLS {
                connector.host.sleep(POLL_INTERVAL / 2).await;
            }
            make(&connector.host).await
        };
        let (sealer, made) = pollster::block_on(join(sealer(&connector.context()), later));
        assert!(made.is_ok() && sealer.is_ok());
    }

    #[test]
    fn a_configured_secret_leaves_the_store_alone() {
        let secret = [("sealing_secret", "a-secret-of-at-least-32-characters")];
        let connector = connector(FakeHost::silent(), &secret);
        assert!(pollster::block_on(sealer(&connector.context())).is_ok());
        assert!(connector.host.store.borrow().is_empty());
    }
}
