//! The browser behind a request: its session, and the cookie its forms are bound to.

use std::cell::RefCell;

use data_encoding::HEXLOWER;
use http::HeaderMap;
use http::header::SET_COOKIE;

use super::page::set;
use crate::decisions::SESSION_LIFE_MS;
use crate::host::{Host, SqlError};
use crate::people::{self, Person, hash};
use crate::pipeline::{Incoming, header};
use crate::store::portal::{self, Kind};

const SESSION: &str = "tokportal_session";
const FORM: &str = "tokportal_form";

/// Who is asking.
#[derive(Debug)]
pub(crate) struct Visitor {
    /// Who is signed in.
    pub(crate) person: Option<&'static Person>,
    session: Option<String>,
    form: String,
    secure: bool,
    cookies: RefCell<Vec<String>>,
}

/// Why a form is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormFault {
    /// The browser sends no cookie back.
    NoCookie,
    /// The form is not one of ours, or is too old.
    Foreign,
}

impl Visitor {
    /// Reads the cookies of a request.
    pub(crate) async fn of(host: &impl Host, incoming: &Incoming<'_>) -> Result<Self, SqlError> {
        let session = cookie(incoming.headers, SESSION).filter(|value| is_token(value));
        let person = match &session {
            Some(secret) => portal::get(host, Kind::Session, secret)
                .await?
                .and_then(|id| people::by_id(&id)),
            None => None,
        };
        let mut visitor = Self {
            person,
            session,
            form: String::new(),
            secure: host.config().public_url.starts_with("https://"),
            cookies: RefCell::default(),
        };
        visitor.form = match cookie(incoming.headers, FORM).filter(|value| is_token(value)) {
            Some(form) => form,
            None => {
                let form = fresh(host);
                visitor.cookie(FORM, &form, None);
                form
            }
        };
        Ok(visitor)
    }

    /// Somebody who is not looked up, for pages without forms outside the portal's path.
    pub(super) fn stranger(host: &impl Host) -> Self {
        let secure = host.config().public_url.starts_with("https://");
        Self {
            person: None,
            session: None,
            form: fresh(host),
            secure,
            cookies: RefCell::default(),
        }
    }

    /// What a form of this browser carries; it follows from the cookie, which a page of another site cannot read.
    pub(crate) fn form_token(&self) -> String {
        hash(&format!("portal form {}", self.form))
    }

    /// Whether a form was sent by this browser from one of our pages.
    pub(crate) fn check_form(
        &self,
        host: &impl Host,
        incoming: &Incoming<'_>,
        token: &str,
    ) -> Result<(), FormFault> {
        let origin = header(incoming.headers, "origin");
        let authority = header(incoming.headers, "host").unwrap_or_default();
        let own = |origin: &str| {
            origin == host.config().public_url
                || origin
                    .split_once("://")
                    .is_some_and(|(_, other)| other == authority)
        };
        if origin.is_some_and(|origin| !own(origin)) {
            return Err(FormFault::Foreign);
        }
        if cookie(incoming.headers, FORM).is_none() {
            return Err(FormFault::NoCookie);
        }
        if token == self.form_token() {
            Ok(())
        } else {
            Err(FormFault::Foreign)
        }
    }

    /// Signs a person in. The session and the form cookie are new, so that nothing from before is worth anything.
    pub(crate) async fn sign_in(
        &mut self,
        host: &impl Host,
        person: &'static Person,
    ) -> Result<(), SqlError> {
        self.forget(host).await?;
        let secret = fresh(host);
        portal::put(host, Kind::Session, &secret, person.id, SESSION_LIFE_MS).await?;
        self.cookie(SESSION, &secret, Some(SESSION_LIFE_MS / 1000));
        self.cookie(FORM, &fresh(host), None);
        self.person = Some(person);
        Ok(())
    }

    /// Signs the person out.
    pub(crate) async fn sign_out(&mut self, host: &impl Host) -> Result<(), SqlError> {
        self.forget(host).await?;
        self.cookie(SESSION, "", Some(0));
        self.person = None;
        Ok(())
    }

    async fn forget(&mut self, host: &impl Host) -> Result<(), SqlError> {
        if let Some(old) = self.session.take() {
            portal::take(host, Kind::Session, &old).await?;
        }
        Ok(())
    }

    /// Adds the cookies that changed to an answer.
    pub(super) fn set_cookies(&self, headers: &mut HeaderMap) {
        for cookie in self.cookies.borrow_mut().drain(..) {
            set(headers, SET_COOKIE, &cookie);
        }
    }

    fn cookie(&self, name: &str, value: &str, max_age: Option<i64>) {
        let age = max_age
            .map(|seconds| format!("; Max-Age={seconds}"))
            .unwrap_or_default();
        let secure = if self.secure { "; Secure" } else { "" };
        let line = format!("{name}={value}; Path=/portal; HttpOnly; SameSite=Lax{age}{secure}");
        self.cookies.borrow_mut().push(line);
    }
}

/// 64 unpredictable hexadecimal digits.
pub(crate) fn fresh(host: &impl Host) -> String {
    HEXLOWER.encode(&host.random())
}

fn is_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(http::header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}
