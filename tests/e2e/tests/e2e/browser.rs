//! A browser without a screen: cookies, redirects, forms. It does with a form what a person with a keyboard does.

use crate::support::Running;
use reqwest::header::{COOKIE, HeaderMap, LOCATION, ORIGIN, REFERRER_POLICY, SET_COOKIE};
use reqwest::{Client, RequestBuilder};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tokportal_emulator::people::Person;
use url::Url;

/// More redirects in a row are a circle.
const MAX_REDIRECTS: usize = 8;

/// One browser of one person.
pub(crate) struct Browser {
    origin: String,
    client: Client,
    cookies: Mutex<BTreeMap<String, String>>,
    /// Every address it asked for and was sent to: what ends up in a history.
    history: Mutex<Vec<String>>,
}

/// What a browser has in front of it, or where it was sent.
pub(crate) struct Seen {
    /// Where this came from.
    pub(crate) address: Url,
    /// Status.
    pub(crate) status: u16,
    /// Header fields.
    pub(crate) headers: HeaderMap,
    /// The page.
    pub(crate) text: String,
}

impl Browser {
    /// A browser without cookies.
    pub(crate) fn new(app: &Running) -> Self {
        Self {
            origin: app.url.clone(),
            client: app.client.clone(),
            cookies: Mutex::default(),
            history: Mutex::default(),
        }
    }

    /// A browser in which somebody is signed in at the portal.
    pub(crate) async fn of(app: &Running, person: &Person) -> Self {
        let browser = Self::new(app);
        let page = browser.open("/portal/sign-in").await;
        let home = browser.sign_in(&page, person).await;
        assert_eq!(home.status, 200, "{}", home.text);
        browser
    }

    /// Fetches one address and follows nothing.
    pub(crate) async fn get(&self, address: &str) -> Seen {
        let address = self.absolute(address);
        let request = self.client.get(address.clone());
        self.send(address, request).await
    }

    /// Follows redirects as long as they stay on the origin; then there is a page, or the address of a client.
    pub(crate) async fn open(&self, address: &str) -> Seen {
        let first = self.get(address).await;
        self.follow(first).await
    }

    /// Sends a form of a page: its fields as they are, but for these. Without a following of redirects.
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

    /// Sends a form and follows where it leads.
    pub(crate) async fn submit(&self, page: &Seen, action: &str, fields: &[(&str, &str)]) -> Seen {
        let first = self.send_form(page, action, fields).await;
        self.follow(first).await
    }

    /// Fills in the portal's sign-in page.
    pub(crate) async fn sign_in(&self, page: &Seen, person: &Person) -> Seen {
        let fields = [("email", person.email), ("password", person.password)];
        self.submit(page, "/portal/sign-in", &fields).await
    }

    /// Presses a button of the consent page.
    pub(crate) async fn decide(&self, page: &Seen, level: &str, decision: &str) -> Seen {
        let fields = [("level", level), ("decision", decision)];
        self.send_form(page, "/connect/consent", &fields).await
    }

    /// The cookies as `name=value` lines.
    pub(crate) fn cookies(&self) -> String {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs: Vec<_> = cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        pairs.join("; ")
    }

    /// Every address so far.
    pub(crate) fn history(&self) -> Vec<String> {
        let history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.clone()
    }

    /// Sends anything with the cookies, and keeps those that come back.
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
        if let Some(location) = headers.get(LOCATION) {
            history.push(location.to_str().expect("ASCII").to_owned());
        }
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
        panic!("redirected in a circle: {:?}", self.history());
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
    /// Where a redirect leads.
    pub(crate) fn target(&self) -> Option<Url> {
        let location = self.headers.get(LOCATION)?.to_str().ok()?;
        Some(self.address.join(location).expect("an address"))
    }

    /// A parameter of the address a redirect leads to.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let target = self
            .target()
            .unwrap_or_else(|| panic!("no redirect: {} {}", self.status, self.text));
        let mut pairs = target.query_pairs();
        let value = pairs.find(|(key, _)| key == name)?.1.into_owned();
        Some(value)
    }

    /// The code that a redirect carries.
    pub(crate) fn code(&self) -> String {
        self.parameter("code")
            .unwrap_or_else(|| panic!("no code: {:?}", self.target()))
    }

    /// The fields of the form with this action: what it holds before anybody touches it, without its buttons.
    pub(crate) fn form(&self, action: &str) -> BTreeMap<String, String> {
        let (_, html) = self
            .text
            .split_once(&format!("action=\"{action}\""))
            .unwrap_or_else(|| panic!("no form for {action}: {} {}", self.status, self.text));
        let (html, _) = html.split_once("</form>").expect("a whole form");
        html.split("<input ")
            .skip(1)
            .map(|rest| rest.split('>').next().unwrap_or_default())
            .filter(|input| !input.contains("type=\"radio\"") || input.contains(" checked"))
            .filter_map(|input| {
                let value = attribute(input, "value").unwrap_or_default();
                Some((attribute(input, "name")?, value))
            })
            .collect()
    }

    /// The address of the first link whose address contains all of these.
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

/// Turns fields into a form body.
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

/// The character references that templates write.
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
