//! A request of a browser: its session, its forms and the cookies that both are bound to.

use askama::Template;

use super::form::Form;
use super::page::{self, Frame};
use crate::host::{Host, SqlError};
use crate::ids::{hash, random_secret};
use crate::incoming::{Incoming, header};
use crate::outgoing::{Response, add};
use crate::people::{self, Person};
use crate::store::sign_in::{self, Kind};
use crate::time::Time;

/// Where a person is after signing in.
pub(super) const HOME: &str = "/portal/developer/api-keys";

const SESSION: &str = "tokportal_session";
const FORM: &str = "tokportal_form";

pub(super) struct Visit<'a, H> {
    pub(super) host: &'a H,
    pub(super) incoming: &'a Incoming<'a>,
    pub(super) query: Form,
    /// The form that was sent.
    pub(super) form: Form,
    /// The emulated time.
    pub(super) now: Time,
    pub(super) frame: Frame,
    session: &'a str,
    /// The cookies to set.
    cookies: Vec<String>,
}

impl<'a, H: Host> Visit<'a, H> {
    pub(super) async fn begin(
        host: &'a H,
        incoming: &'a Incoming<'a>,
        now: Time,
    ) -> Result<Self, SqlError> {
        let session = cookie(incoming, SESSION).unwrap_or_default();
        let owner = sign_in::get(host, Kind::SESSION, session).await?;
        let form_cookie = cookie(incoming, FORM);
        let form_secret = form_cookie.map_or_else(|| random_secret(host.random()), str::to_owned);
        let mut visit = Self {
            host,
            incoming,
            query: Form::parse(incoming.query.as_bytes()),
            form: Form::parse(incoming.body),
            now,
            frame: Frame {
                person: owner.and_then(|id| people::by_id(&id)),
                credits: None,
                form_token: hash(&format!("portal form {form_secret}")),
                public_url: host.config().public_url.clone(),
            },
            session,
            cookies: Vec::new(),
        };
        if form_cookie.is_none() {
            visit.set_cookie(FORM, &form_secret);
        }
        Ok(visit)
    }

    /// Adds the cookies that changed.
    pub(super) fn end(self, mut response: Response) -> Response {
        for cookie in &self.cookies {
            add(&mut response, "set-cookie", cookie);
        }
        response
    }

    /// Whether the form was sent by this browser from one of our pages.
    pub(super) fn has_own_form(&self) -> bool {
        let authority = header(self.incoming.headers, "host").unwrap_or("-");
        let is_own = |origin: &str| {
            origin == self.frame.public_url || origin.ends_with(&format!("://{authority}"))
        };
        header(self.incoming.headers, "origin").is_none_or(is_own)
            && self.form.get("form_token") == self.frame.form_token
    }

    /// Ends the session, and begins one of the person. The cookies are new, so that those from before are of no use.
    pub(super) async fn change_session(&mut self, person: Option<&Person>) -> Result<(), SqlError> {
        sign_in::take(self.host, Kind::SESSION, self.session).await?;
        let secret = match person {
            Some(person) => sign_in::issue(self.host, Kind::SESSION, person.id).await?,
            None => String::new(),
        };
        self.set_cookie(SESSION, &secret);
        self.set_cookie(FORM, &random_secret(self.host.random()));
        Ok(())
    }

    pub(super) fn html(&self, status: u16, page: &impl Template) -> Response {
        page::html(self.host, status, page)
    }

    /// Sets a cookie that lives as long as a session; an empty one ends.
    fn set_cookie(&mut self, name: &str, value: &str) {
        let is_https = self.frame.public_url.starts_with("https://");
        let secure = if is_https { "; Secure" } else { "" };
        let life = Kind::SESSION.seconds() * i64::from(!value.is_empty());
        self.cookies.push(format!(
            "{name}={value}; Path=/portal; HttpOnly; SameSite=Lax; Max-Age={life}{secure}"
        ));
    }
}

fn cookie<'a>(incoming: &Incoming<'a>, name: &str) -> Option<&'a str> {
    let lines = incoming.headers.get_all("cookie").iter();
    let cookies = lines.filter_map(|line| line.to_str().ok());
    let cookies = cookies.flat_map(|line| line.split(';'));
    let mut pairs = cookies.filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}
