//! The root secret: the operator's, or a random one that the first request makes and the store keeps.

use super::seal::Sealer;
use crate::Connector;
use crate::host::{Host, StoreError};
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::time::Duration;
use zeroize::Zeroizing;

/// Where the random secret is kept. Whoever reads the store can open what is sealed with it; an operator who minds sets
/// `sealing_secret`.
const SECRET: &str = "sealing-secret";
/// Each counts those who wanted to make it; the first one does. The second counter is for those who waited in vain,
/// because whoever was to make it was stopped half-way.
const MAKERS: [&str; 2] = ["sealing-secret-made", "sealing-secret-made-again"];
/// How long the others wait between two looks, and how often they look: two seconds in all, for a store that is far away
/// or busy. No store here can say "only if absent", so there is nothing better than to wait.
const PAUSE: Duration = Duration::from_millis(20);
const LOOKS: usize = 100;

/// The sealer of this connector.
///
/// # Errors
/// [`StoreError`] when no secret is configured and the store does not answer, or nobody could make one.
pub async fn sealer<H: Host>(connector: &Connector<H>) -> Result<Sealer, StoreError> {
    let secret = match &connector.config.sealing_secret {
        Some(secret) => secret.clone(),
        None => stored(&connector.host).await?,
    };
    Ok(Sealer::new(&secret))
}

async fn stored(host: &impl Host) -> Result<Secret, StoreError> {
    if let Some(secret) = read(host).await? {
        return Ok(secret);
    }
    for makers in MAKERS {
        if host.increment(makers, 1).await? == 1 {
            make(host).await?;
        }
        // Read back even what was just written: where increments are not atomic, all must agree on the last one.
        for _ in 0..LOOKS {
            if let Some(secret) = read(host).await? {
                return Ok(secret);
            }
            host.sleep(PAUSE).await;
        }
    }
    // Two were stopped half-way: the next request begins anew.
    for makers in MAKERS {
        host.delete(makers).await?;
    }
    Err(StoreError("nobody made the sealing secret".to_owned()))
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
    use crate::host::Clock;
    use crate::oauth::seal::Purpose;
    use crate::testing::{Entry, FakeHost, connector};
    use futures::future::{join, join_all};

    #[test]
    fn racing_first_requests_agree_on_one_secret() {
        let connector = connector(FakeHost::silent(), &[]);
        let sealers = pollster::block_on(join_all((0..16).map(|_| sealer(&connector))));
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
    fn stopped(makers: &[&str]) -> Connector<FakeHost> {
        let connector = connector(FakeHost::silent(), &[]);
        for maker in makers {
            let mut store = connector.host.store.borrow_mut();
            store.insert((*maker).to_owned(), Entry::Counter(1));
        }
        connector
    }

    #[test]
    fn a_maker_that_was_stopped_half_way_is_replaced_by_one_of_those_who_wait() {
        let connector = stopped(&MAKERS[..1]);
        let sealers = pollster::block_on(join_all((0..16).map(|_| sealer(&connector))));
        assert!(
            sealers.iter().all(Result::is_ok),
            "somebody went away empty"
        );
        assert_eq!(
            connector.host.store.borrow().get(MAKERS[1]),
            Some(&Entry::Counter(16))
        );
    }

    #[test]
    fn when_the_second_maker_was_stopped_too_the_next_request_begins_anew() {
        let connector = stopped(&MAKERS);
        assert!(pollster::block_on(sealer(&connector)).is_err());
        assert!(pollster::block_on(sealer(&connector)).is_ok());
    }

    /// The others do not look for it so fast that they are through before it is there.
    #[test]
    fn a_slow_store_is_waited_for() {
        let connector = stopped(&MAKERS);
        let later = async {
            for _ in 0..LOOKS {
                connector.host.sleep(PAUSE / 2).await;
            }
            make(&connector.host).await
        };
        let (sealer, made) = pollster::block_on(join(sealer(&connector), later));
        assert!(made.is_ok() && sealer.is_ok());
    }

    #[test]
    fn a_configured_secret_leaves_the_store_alone() {
        let secret = [("sealing_secret", "a-secret-of-at-least-32-characters")];
        let connector = connector(FakeHost::silent(), &secret);
        assert!(pollster::block_on(sealer(&connector)).is_ok());
        assert!(connector.host.store.borrow().is_empty());
    }
}
