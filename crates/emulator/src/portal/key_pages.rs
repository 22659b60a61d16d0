//! The Developer pages: the keys of a workspace, what each did, making one and revoking one.

use askama::Template;

use super::form::{Form, url};
use super::keys_api::{ENVIRONMENTS, is_name};
use super::page::{self, Frame, Reply};
use super::problem::Problem;
use super::token::credits;
use super::visit::{HOME, Visit};
use crate::host::Host;
use crate::ids::random_secret;
use crate::outgoing::Response;
use crate::people::Person;
use crate::store::keys::{self, Key};
use crate::store::request_log::{self, Entry};
use crate::time::{DAY, Time};

/// How many days a key made by hand can last; 0 stands for no end.
const LIVES: [i64; 4] = [0, 30, 90, 365];

#[derive(Template)]
#[template(path = "keys.html")]
struct KeysPage {
    frame: Frame,
    live: Vec<Key>,
    gone: Vec<Key>,
    revoked: Option<String>,
}

#[derive(Template)]
#[template(path = "key.html")]
struct KeyPage {
    frame: Frame,
    key: Key,
    live: bool,
    requests: Vec<(Time, Entry)>,
}

#[derive(Template)]
#[template(path = "revoke.html")]
struct RevokePage {
    frame: Frame,
    key: Key,
}

#[derive(Template)]
#[template(path = "new_key.html")]
struct NewKeyPage<'a> {
    frame: Frame,
    /// What was filled in.
    form: &'a Form,
    wrong_name: bool,
}

#[derive(Template)]
#[template(path = "created_key.html")]
struct CreatedKeyPage<'a> {
    frame: Frame,
    name: &'a str,
    secret: String,
}

/// Answers a request below `/portal/developer/api-keys`.
pub(super) async fn answer<H: Host>(visit: &mut Visit<'_, H>, path: &str) -> Reply {
    let Some(person) = visit.frame.person else {
        let here = format!("{HOME}{path}");
        let sign_in = url("/portal/sign-in", [("return_to", &*here)]);
        return Ok(page::see_other(&sign_in));
    };
    visit.frame.credits = Some(credits(visit.host, person).await?);
    let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let keys = keys::list(visit.host, person.id).await?;
    let key = keys.iter().find(|key| path.first() == Some(&&*key.id));
    match (visit.incoming.method, &path[..], key.cloned()) {
        ("GET", [], _) => Ok(list(visit, keys)),
        ("POST", [], _) => create(visit, person).await,
        ("GET", ["new"], _) => Ok(form(visit, false)),
        ("GET", [_], Some(key)) => show(visit, key).await,
        ("GET", [_, "revoke"], Some(key)) if key.is_live(visit.now) => {
            let frame = visit.frame.clone();
            Ok(visit.html(200, &RevokePage { frame, key }))
        }
        ("POST", [id, "revoke"], _) => {
            keys::revoke(visit.host, visit.now, person.id, id).await?;
            Ok(page::see_other(&url(HOME, [("revoked", *id)])))
        }
        ("GET", [_] | [_, "revoke"], _) => Ok(visit.problem(Problem::NoSuchKey)),
        _ => Ok(visit.problem(Problem::NoSuchPage)),
    }
}

fn list<H: Host>(visit: &Visit<'_, H>, keys: Vec<Key>) -> Response {
    let (live, gone): (Vec<_>, Vec<_>) = keys.into_iter().partition(|key| key.is_live(visit.now));
    let revoked = gone.iter().find(|key| key.id == visit.query.get("revoked"));
    let page = KeysPage {
        frame: visit.frame.clone(),
        revoked: revoked.map(|key| key.name.clone()),
        live,
        gone,
    };
    visit.html(200, &page)
}

async fn show<H: Host>(visit: &Visit<'_, H>, key: Key) -> Reply {
    let page = KeyPage {
        frame: visit.frame.clone(),
        live: key.is_live(visit.now),
        requests: request_log::list(visit.host, &key.id).await?,
        key,
    };
    Ok(visit.html(200, &page))
}

/// The form for a key with what was filled in.
fn form<H: Host>(visit: &Visit<'_, H>, wrong_name: bool) -> Response {
    let page = NewKeyPage {
        frame: visit.frame.clone(),
        form: &visit.form,
        wrong_name,
    };
    visit.html(if wrong_name { 400 } else { 200 }, &page)
}

async fn create<H: Host>(visit: &Visit<'_, H>, person: &Person) -> Reply {
    let field = |name| visit.form.get(name);
    let (name, environment) = (field("name").trim(), field("environment"));
    if !is_name(name) {
        return Ok(form(visit, true));
    }
    let life = field("life").parse().unwrap_or(-1);
    if !LIVES.contains(&life) || !ENVIRONMENTS.contains(&environment) {
        return Ok(visit.problem(Problem::StaleForm));
    }
    let full = field("level") == "full";
    let new = Key {
        workspace: person.id.to_owned(),
        name: name.to_owned(),
        scopes: if full { "*" } else { "read" }.to_owned(),
        environment: environment.to_owned(),
        created_at: visit.now,
        expires_at: (life > 0).then(|| visit.now + life * DAY),
        ..Key::default()
    };
    let secret = format!("sk_{}", random_secret(visit.host.random()));
    if keys::make(visit.host, new, &secret).await?.is_none() {
        return Ok(visit.problem(Problem::KeyLimit));
    }
    let page = CreatedKeyPage {
        frame: visit.frame.clone(),
        name,
        secret,
    };
    Ok(visit.html(201, &page))
}
