use super::*;

fn sealer() -> Sealer {
    Sealer::new(&Secret::new("one"))
}

fn registration(redirect_uris: &[&str]) -> Registration {
    Registration {
        name: "App".to_owned(),
        redirect_uris: redirect_uris.iter().map(|uri| (*uri).to_owned()).collect(),
        has_secret: true,
        issued_at: 1,
        unique: "u".to_owned(),
    }
}

#[test]
fn signed_id_describes_its_client() {
    let id = issue(&sealer(), &registration(&["https://app.example/cb"]));
    let client = open(&sealer(), &id).expect("ours");
    assert_eq!(client.redirect_uris, ["https://app.example/cb"]);
    assert_eq!(
        (client.name.as_str(), client.authentication),
        ("App", ClientAuthentication::Secret)
    );
    assert_eq!(client.verified_domain, None);
    let secret = secret(&sealer(), &id);
    assert!(is_secret(&sealer(), &id, secret.expose()));
    assert!(!is_secret(&sealer(), &id, ""));
    assert!(!is_secret(&sealer(), &format!("{id}x"), secret.expose()));
}

#[test]
fn forged_id_describes_no_client() {
    let id = issue(&sealer(), &registration(&["https://app.example/cb"]));
    let (signed, signature) = id.rsplit_once('.').expect("two parts");
    let other = serde_json::to_vec(&registration(&["https://evil.example/cb"])).expect("JSON");
    for forged in [
        String::new(),
        PREFIX.to_owned(),
        signed.to_owned(),
        format!("{signed}."),
        format!("{PREFIX}{}.{signature}", URL_SAFE_NO_PAD.encode(other)),
        format!("tpc2.{}", &id[PREFIX.len()..]),
        issue(
            &Sealer::new(&Secret::new("two")),
            &registration(&["https://app.example/cb"]),
        ),
    ] {
        assert_eq!(open(&sealer(), &forged), None, "{forged}");
    }
}

#[test]
fn content_of_a_signed_id_is_checked_again() {
    for content in [
        registration(&[]),
        registration(&["javascript:alert(1)"]),
        registration(&["http://evil.example/cb"]),
        registration(&["https://app.example/cb"; MAX_REDIRECT_URIS + 1]),
    ] {
        assert_eq!(
            open(&sealer(), &issue(&sealer(), &content)),
            None,
            "{content:?}"
        );
    }
    let mixed = registration(&["javascript:alert(1)", "https://app.example/cb"]);
    let client = open(&sealer(), &issue(&sealer(), &mixed)).expect("ours");
    assert_eq!(client.redirect_uris, ["https://app.example/cb"]);
}
