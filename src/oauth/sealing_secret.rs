//! The root secret: the operator's, or a random one that the first request makes and the store keeps.

use super::seal::Sealer;
use crate::Connector;
use crate::host::{Host, StoreError};
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

/// Where the random secret is kept. Whoever reads the store can open what is sealed with it; an operator who minds sets
/// `sealing_secret`.
const SECRET: &str = "sealing-secret";
/// Counts those who wanted to make it.
const MAKERS: &str = "sealing-secret-made";
/// How often the others look for it.
const LOOKS: usize = 20;
/// After so many came, the first one must have been stopped half-way, and the next makes the secret.
const PATIENCE: i64 = 32;

/// The sealer of this connector.
///
/// # Errors
/// [`StoreError`] when no secret is configured and the store does not answer, or another request is just making it.
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
    if host.increment(MAKERS, 1).await? % PATIENCE == 1 {
        let mut random = Zeroizing::new([0; 32]);
        host.fill(&mut *random);
        let secret = Zeroizing::new(URL_SAFE_NO_PAD.encode(*random));
        host.set(SECRET, secret.as_bytes()).await?;
    }
    // Read back even what was just written: where increments are not atomic, all must agree on the last one.
    for _ in 0..LOOKS {
        if let Some(secret) = read(host).await? {
            return Ok(secret);
        }
    }
    Err(StoreError(
        "the sealing secret is just being made".to_owned(),
    ))
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
    use crate::oauth::seal::Purpose;
    use crate::testing::{Entry, FakeHost, connector};
    use futures::future::join_all;

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

    #[test]
    fn a_maker_that_was_stopped_half_way_is_replaced() {
        let connector = connector(FakeHost::silent(), &[]);
        let one = Entry::Counter(1);
        connector
            .host
            .store
            .borrow_mut()
            .insert(MAKERS.to_owned(), one);
        let made = (0..32).any(|_| pollster::block_on(sealer(&connector)).is_ok());
        assert!(made, "nobody made the secret");
    }

    #[test]
    fn a_configured_secret_leaves_the_store_alone() {
        let secret = [("sealing_secret", "a-secret-of-at-least-32-characters")];
        let connector = connector(FakeHost::silent(), &secret);
        assert!(pollster::block_on(sealer(&connector)).is_ok());
        assert!(connector.host.store.borrow().is_empty());
    }
}
