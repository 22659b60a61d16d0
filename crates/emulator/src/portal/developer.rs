//! The Developer pages: the keys of a workspace, what each did, making one and revoking one.

use askama::Template;
use bytes::Bytes;
use http::Response;

use super::key_view::{EntryView, KeyView};
use super::keys_api::{ENVIRONMENTS, fresh_key, is_name};
use super::page::{self, Frame, Problem};
use super::visitor::{Visitor, fresh};
use super::{Form, HOME, openid};
use crate::decisions::LOG_ROWS;
use crate::host::{Host, SqlError};
use crate::ids::random_uuid;
use crate::people::Person;
use crate::pipeline::Incoming;
use crate::store::keys::{self, Made, NewKey};
use crate::store::{log, settings};
use crate::time::DAY;

/// How long a key made by hand can last: days, words.
const LIVES: [(i64, &str); 4] = [
    (0, "Never"),
    (30, "In 30 days"),
    (90, "In 90 days"),
    (365, "In a year"),
];

#[derive(Template)]
#[template(path = "keys.html")]
struct KeysPage {
    frame: Frame,
    live: Vec<KeyView>,
    gone: Vec<KeyView>,
    revoked: Option<String>,
}

#[derive(Template)]
#[template(path = "key.html")]
struct KeyPage {
    frame: Frame,
    key: KeyView,
    entries: Vec<EntryView>,
    kept: i64,
}

#[derive(Template)]
#[template(path = "revoke.html")]
struct RevokePage {
    frame: Frame,
    key: KeyView,
}

#[derive(Template)]
#[template(path = "new_key.html")]
struct NewKeyPage {
    frame: Frame,
    once: String,
    name: String,
    full: bool,
    environment: String,
    life: i64,
    environments: &'static [&'static str],
    lives: &'static [(i64, &'static str)],
    error: Option<(&'static str, &'static str)>,
}

impl NewKeyPage {
    fn is_wrong(&self, field: &str) -> bool {
        self.error.is_some_and(|(wrong, _)| wrong == field)
    }

    fn message(&self) -> &'static str {
        self.error.map_or("", |(_, message)| message)
    }
}

#[derive(Template)]
#[template(path = "created_key.html")]
struct CreatedKeyPage {
    frame: Frame,
    name: String,
    secret: String,
}

/// One signed-in person at the Developer pages.
pub(super) struct Developer<'a, H> {
    pub(super) host: &'a H,
    pub(super) visitor: &'a Visitor,
    pub(super) person: &'static Person,
    pub(super) incoming: &'a Incoming<'a>,
}

impl<H: Host> Developer<'_, H> {
    /// Answers a request below `/portal/developer/api-keys`.
    pub(super) async fn answer(&self, path: &str) -> Result<Response<Bytes>, SqlError> {
        let post = self.incoming.method == "POST";
        let form = Form::parse(if post { self.incoming.body } else { &[] });
        if post
            && self
                .visitor
                .check_form(self.host, self.incoming, form.get("form_token"))
                .is_err()
        {
            return Ok(super::stale_form(self.host, self.visitor));
        }
        match (post, path.split_once('/')) {
            (false, None) if path.is_empty() => self.list().await,
            (true, None) if path.is_empty() => self.create(&form).await,
            (false, None) if path == "new" => self.form(NewKeyPage::empty(self)).await,
            (false, None) => self.key(path).await,
            (false, Some((id, "revoke"))) => self.ask(id).await,
            (true, Some((id, "revoke"))) => self.revoke(id).await,
            _ => Ok(super::nothing_here(self.host, self.visitor)),
        }
    }

    async fn frame(&self) -> Result<Frame, SqlError> {
        let mut frame = Frame::new(self.host, self.visitor);
        frame.credits = Some(openid::credits(self.host, self.person).await?);
        Ok(frame)
    }

    fn html(&self, status: u16, page: &impl Template) -> Result<Response<Bytes>, SqlError> {
        Ok(page::html(self.host, self.visitor, status, page))
    }

    async fn now(&self) -> Result<i64, SqlError> {
        Ok(settings::load(self.host).await?.now(self.host))
    }

    async fn find(&self, id: &str) -> Result<Option<KeyView>, SqlError> {
        let now = self.now().await?;
        Ok(keys::get(self.host, self.person.id, id)
            .await?
            .map(|key| KeyView::new(key, now)))
    }

    async fn list(&self) -> Result<Response<Bytes>, SqlError> {
        let now = self.now().await?;
        let all = keys::list(self.host, self.person.id)
            .await?
            .into_iter()
            .map(|key| KeyView::new(key, now));
        let (live, gone): (Vec<_>, Vec<_>) = all.partition(|key| key.live);
        let query = Form::parse(self.incoming.query.as_bytes());
        let revoked = gone
            .iter()
            .find(|key| key.id == query.get("revoked"))
            .map(|key| key.name.clone());
        self.html(
            200,
            &KeysPage {
                frame: self.frame().await?,
                live,
                gone,
                revoked,
            },
        )
    }

    async fn key(&self, id: &str) -> Result<Response<Bytes>, SqlError> {
        let Some(key) = self.find(id).await? else {
            return Ok(self.no_such_key());
        };
        let entries = log::list(self.host, &key.id)
            .await?
            .into_iter()
            .map(EntryView::new)
            .collect();
        self.html(
            200,
            &KeyPage {
                frame: self.frame().await?,
                key,
                entries,
                kept: LOG_ROWS,
            },
        )
    }

    async fn ask(&self, id: &str) -> Result<Response<Bytes>, SqlError> {
        match self.find(id).await? {
            Some(key) if key.live => self.html(
                200,
                &RevokePage {
                    frame: self.frame().await?,
                    key,
                },
            ),
            _ => Ok(self.no_such_key()),
        }
    }

    async fn revoke(&self, id: &str) -> Result<Response<Bytes>, SqlError> {
        keys::revoke(self.host, self.now().await?, self.person.id, id).await?;
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("revoked", id)
            .finish();
        Ok(page::see_other(&format!("{HOME}?{query}"), self.visitor))
    }

    async fn form(&self, mut page: NewKeyPage) -> Result<Response<Bytes>, SqlError> {
        page.frame.credits = Some(openid::credits(self.host, self.person).await?);
        self.html(if page.error.is_some() { 400 } else { 200 }, &page)
    }

    async fn create(&self, form: &Form) -> Result<Response<Bytes>, SqlError> {
        let mut page = NewKeyPage::empty(self);
        page.name = form.get("name").trim().to_owned();
        page.full = form.get("level") == "full";
        page.environment = form.get("environment").to_owned();
        page.life = form.get("life").parse().unwrap_or(0);
        if !is_name(&page.name) {
            page.error = Some(("name", "Give the key a name of 1 to 100 characters."));
        } else if !ENVIRONMENTS.contains(&page.environment.as_str()) {
            page.error = Some(("environment", "Choose one of the environments."));
        } else if !LIVES.iter().any(|(days, _)| *days == page.life) {
            page.error = Some(("life", "Choose one of the expiry dates."));
        }
        if page.error.is_some() {
            return self.form(page).await;
        }
        let now = self.now().await?;
        let (secret, id) = (fresh_key(self.host), random_uuid(self.host.random()));
        let made = keys::make(
            self.host,
            now,
            NewKey {
                secret: &secret,
                id: &id,
                workspace: self.person.id,
                name: &page.name,
                scopes: if page.full { "*" } else { "read" },
                environment: &page.environment,
                expires_at: (page.life > 0).then(|| now + page.life * DAY),
                form: Some(form.get("once")),
            },
        )
        .await?;
        match made {
            Made::Yes => self.html(
                201,
                &CreatedKeyPage {
                    frame: self.frame().await?,
                    name: page.name,
                    secret,
                },
            ),
            Made::LimitReached => {
                page.error = Some((
                    "",
                    "You have 50 live keys, the most there can be. Revoke one first.",
                ));
                self.form(page).await
            }
            Made::FormUsed => Ok(page::problem(
                self.host,
                self.visitor,
                Problem {
                    status: 409,
                    title: "This key exists already",
                    what_happened: "The form was sent twice. One key was made, and it was shown once.",
                    what_to_do: "If you did not copy it, revoke it and create another.",
                    link: Some(("Go to your API keys", HOME)),
                },
            )),
        }
    }

    fn no_such_key(&self) -> Response<Bytes> {
        page::problem(
            self.host,
            self.visitor,
            Problem {
                status: 404,
                title: "There is no such key",
                what_happened: "It was never here, or it is revoked already.",
                what_to_do: "Look at the list.",
                link: Some(("Go to your API keys", HOME)),
            },
        )
    }
}

impl NewKeyPage {
    fn empty<H: Host>(developer: &Developer<'_, H>) -> Self {
        Self {
            frame: Frame::new(developer.host, developer.visitor),
            once: fresh(developer.host),
            name: String::new(),
            full: false,
            environment: ENVIRONMENTS[0].to_owned(),
            life: 0,
            environments: &ENVIRONMENTS,
            lives: &LIVES,
            error: None,
        }
    }
}
