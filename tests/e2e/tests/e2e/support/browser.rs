//! A browser without a screen: it keeps cookies, follows redirects, and fills in and submits forms.

use super::Running;
use reqwest::header::{COOKIE, HeaderMap, LOCATION, ORIGIN, REFERRER_POLICY, REFRESH, SET_COOKIE};
use reqwest::{Client, RequestBuilder};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tokportal_emulator::people::Person;
use url::Url;

/// More redirects in a row count as a redirect loop.
const MAX_REDIRECTS: usize = 8;

/// One browser of one person.
pub(crate) struct Browser {
    origin: String,
    client: Client,
    cookies: Mutex<BTreeMap<String, String>>,
    /// Every URL it requested or was redirected to.
    history: Mutex<Vec<String>>,
}

/// The response that a browser shows or follows.
pub(crate) struct Seen {
    /// The URL of the request.
    pub(crate) address: Url,
    /// The HTTP status.
    pub(crate) status: u16,
    /// The header fields.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) text: String,
}

impl Browser {
    /// A browser without cookies.
    pub(crate) fn new(app: &Running) -> Self {
        Self {
            origin: app.url.clone(),
            client: app.http.clone(),
            cookies: Mutex::default(),
            history: Mutex::default(),
        }
    }

    /// A browser in which this person is signed in at the portal.
    pub(crate) async fn of(app: &Running, person: &Person) -> Self {
        let browser = Self::new(app);
        let page = browser.open("/portal/sign-in").await;
        let home = browser.sign_in(&page, person).await;
        assert_eq!(home.status, 200, "{}", home.text);
        browser
    }

    /// Requests one URL and follows no redirect.
    pub(crate) async fn get(&self, address: &str) -> Seen {
        let address = self.absolute(address);
        let request = self.client.get(address.clone());
        self.send(address, request).await
    }

    /// Requests a URL and follows redirects within the origin: ends at a page, or at a redirect to a client.
    pub(crate) async fn open(&self, address: &str) -> Seen {
        let first = self.get(address).await;
        self.follow(first).await
    }

    /// Submits a form of a page with these fields changed, and follows no redirect.
    pub(crate) async fn send_form(
        &self,
        page: &Seen,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Seen {
        let mut all = page.form(action);
        for (name, value) in fields {
            all.insert((*name).to_owned(), (*value).to_owned());
        }
        let address = self.absolute(action);
        // Fetch Standard, "append a request `Origin` header": a page that sends no referrer sends no origin either.
        let origin = match page.headers.get(REFERRER_POLICY) {
            Some(policy) if policy == "no-referrer" => "null",
            _ => &self.origin,
        };
        let request = self
            .client
            .post(address.clone())
            .header(ORIGIN, origin)
            .header("sec-fetch-site", "same-origin");
        self.send(address, with_form(request, &all)).await
    }

    /// Submits a form and follows redirects within the origin.
    pub(crate) async fn submit(&self, page: &Seen, action: &str, fields: &[(&str, &str)]) -> Seen {
        let first = self.send_form(page, action, fields).await;
        self.follow(first).await
    }

    /// Submits the sign-in form of the portal.
    pub(crate) async fn sign_in(&self, page: &Seen, person: &Person) -> Seen {
        let fields = [("email", person.email), ("password", person.password)];
        self.submit(page, "/portal/sign-in", &fields).await
    }

    /// Presses a button of the consent page. Older keys of the app are kept.
    pub(crate) async fn decide(&self, page: &Seen, level: &str, decision: &str) -> Seen {
        let fields = [("level", level), ("decision", decision), ("replace", "")];
        self.send_form(page, "/connect/consent", &fields).await
    }

    /// Submits the connector's own sign-in form of api-key mode with a pasted key.
    pub(crate) async fn paste_key(&self, page: &Seen, key: &str, level: &str) -> Seen {
        let fields = [
            ("api_key", key),
            ("level", level),
            ("decision", "authorize"),
        ];
        self.send_form(page, "/connect/sign-in", &fields).await
    }

    /// The value of the `Cookie` header.
    pub(crate) fn cookies(&self) -> String {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs: Vec<_> = cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        pairs.join("; ")
    }

    /// Every URL so far.
    pub(crate) fn history(&self) -> Vec<String> {
        let history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.clone()
    }

    /// Sends a request with the cookies, and keeps the cookies of the response.
    pub(crate) async fn send(&self, address: Url, request: RequestBuilder) -> Seen {
        let response = request.header(COOKIE, self.cookies()).send().await;
        let response = response.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        self.keep(&headers);
        self.note(&address, &headers);
        let text = response.text().await.expect("a whole page");
        Seen {
            address,
            status,
            headers,
            text,
        }
    }

    fn note(&self, address: &Url, headers: &HeaderMap) {
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.push(address.to_string());
        history.extend(moves_on(headers).map(str::to_owned));
    }

    async fn follow(&self, mut seen: Seen) -> Seen {
        for _ in 0..MAX_REDIRECTS {
            match seen.target() {
                Some(target) if target.as_str().starts_with(&self.origin) => {
                    seen = self.get(target.as_str()).await;
                }
                _ => return seen,
            }
        }
        panic!("redirect loop: {:?}", self.history());
    }

    fn keep(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for line in headers.get_all(SET_COOKIE) {
            let line = line.to_str().expect("ASCII");
            let pair = line.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie");
            if line.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    fn absolute(&self, address: &str) -> Url {
        let base = Url::parse(&self.origin).expect("an origin");
        base.join(address).expect("an address")
    }
}

impl Seen {
    /// Where the browser goes next by itself.
    pub(crate) fn target(&self) -> Option<Url> {
        let location = moves_on(&self.headers)?;
        Some(self.address.join(location).expect("an address"))
    }

    /// A query parameter of the redirect target.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let target = self
            .target()
            .unwrap_or_else(|| panic!("no redirect: {} {}", self.status, self.text));
        let mut pairs = target.query_pairs();
        let value = pairs.find(|(key, _)| key == name)?.1.into_owned();
        Some(value)
    }

    /// The authorization code in the redirect target.
    pub(crate) fn code(&self) -> String {
        self.parameter("code")
            .unwrap_or_else(|| panic!("no code: {:?}", self.target()))
    }

    /// The fields of the form with this action as the page sets them, without its buttons.
    pub(crate) fn form(&self, action: &str) -> BTreeMap<String, String> {
        let (_, html) = self
            .text
            .split_once(&format!("action=\"{action}\""))
            .unwrap_or_else(|| panic!("no form for {action}: {} {}", self.status, self.text));
        let (html, _) = html.split_once("</form>").expect("a whole form");
        html.split("<input ")
            .skip(1)
            .map(|rest| rest.split('>').next().unwrap_or_default())
            .filter(|input| {
                let is_choice = ["radio", "checkbox"].map(|kind| format!("type=\"{kind}\""));
                !is_choice.iter().any(|kind| input.contains(kind)) || input.contains(" checked")
            })
            .filter_map(|input| {
                let value = attribute(input, "value").unwrap_or_default();
                Some((attribute(input, "name")?, value))
            })
            .collect()
    }

    /// The URL of the first link that contains all of these parts.
    pub(crate) fn link(&self, parts: &[&str]) -> String {
        self.text
            .split("href=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .find(|href| parts.iter().all(|part| href.contains(part)))
            .map(unescaped)
            .unwrap_or_else(|| panic!("no link with {parts:?}: {}", self.text))
    }
}

/// The target of a redirect, or of a page that moves on at once.
fn moves_on(headers: &HeaderMap) -> Option<&str> {
    let text = |name| headers.get(name)?.to_str().ok();
    text(LOCATION).or_else(|| text(REFRESH)?.strip_prefix("0; url="))
}

/// Asserts that the browser shows an error page and is not redirected, so no code leaves.
pub(crate) fn assert_refused(answer: &Seen) {
    assert!(answer.status >= 400, "{} {}", answer.status, answer.text);
    assert!(answer.target().is_none());
    assert!(answer.text.contains("<h1"), "a page: {}", answer.text);
}

/// Adds a URL-encoded form body.
pub(crate) fn with_form<K: AsRef<str>, V: AsRef<str>>(
    request: RequestBuilder,
    fields: impl IntoIterator<Item = (K, V)>,
) -> RequestBuilder {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(fields);
    request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.finish())
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    rest.split('"').next().map(unescaped)
}

/// Decodes the character references that the templates write.
fn unescaped(text: &str) -> String {
    [
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ]
    .into_iter()
    .fold(text.to_owned(), |text, (escaped, plain)| {
        text.replace(escaped, plain)
    })
}
