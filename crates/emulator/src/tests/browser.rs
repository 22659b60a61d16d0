//! A browser without script, for the tests of the portal.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Request, Response};

use super::world::World;

/// A browser: keeps cookies, sends the forms of pages, does not follow redirects by itself.
pub(super) struct Browser<'a> {
    pub(super) world: &'a World,
    pub(super) cookies: BTreeMap<String, String>,
    pub(super) origin: Option<String>,
}

impl<'a> Browser<'a> {
    pub(super) fn new(world: &'a World) -> Self {
        Self {
            world,
            cookies: BTreeMap::new(),
            origin: Some("http://localhost:3000".into()),
        }
    }

    /// The browser of the demo person, signed in.
    pub(super) fn signed_in(world: &'a World) -> Self {
        let mut browser = Self::new(world);
        browser.sign_in("demo@tokportal.example", "demo-password");
        browser
    }

    pub(super) fn get(&mut self, path: &str) -> Response<Bytes> {
        self.send(
            Request::get(format!("http://localhost:3000{path}")),
            Bytes::new(),
        )
    }

    pub(super) fn post(&mut self, path: &str, fields: &[(String, String)]) -> Response<Bytes> {
        let mut request = Request::post(format!("http://localhost:3000{path}"))
            .header("content-type", "application/x-www-form-urlencoded");
        if let Some(origin) = &self.origin {
            request = request.header("origin", origin);
        }
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.send(request, body.into())
    }

    /// Sends the form of a page that is in its `main` part, with some fields filled in.
    pub(super) fn submit(
        &mut self,
        page: &Response<Bytes>,
        fill: &[(&str, &str)],
    ) -> Response<Bytes> {
        let html = text(page);
        let main = &html[html.find("<main>").unwrap()..];
        let action = attribute(main, "action").unwrap();
        let mut fields: Vec<(String, String)> = Vec::new();
        for input in main
            .split("<input")
            .skip(1)
            .map(|rest| rest.split('>').next().unwrap())
        {
            let unchosen = input.contains("type=\"radio\"") && !input.contains(" checked");
            if let Some(name) = attribute(input, "name").filter(|_| !unchosen) {
                fields.push((name, attribute(input, "value").unwrap_or_default()));
            }
        }
        for (name, value) in fill {
            fields.retain(|(other, _)| other != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        self.post(&action, &fields)
    }

    pub(super) fn sign_in(&mut self, email: &str, password: &str) {
        let page = self.get("/portal/sign-in");
        let answer = self.submit(&page, &[("email", email), ("password", password)]);
        assert_eq!(answer.status(), 303, "{}", text(&answer));
    }

    fn send(&mut self, mut request: http::request::Builder, body: Bytes) -> Response<Bytes> {
        request = request.header("host", "localhost:3000");
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header("cookie", pairs.join("; "));
        }
        let response = self.world.send(request.body(body).unwrap());
        for line in response.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap();
            assert!(line.contains("; HttpOnly; SameSite=Lax"), "{line}");
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        response
    }
}

/// The value of the first attribute with this name.
pub(super) fn attribute(html: &str, name: &str) -> Option<String> {
    let rest = html.split_once(&format!("{name}=\""))?.1;
    Some(
        rest.split('"')
            .next()?
            .replace("&#38;", "&")
            .replace("&amp;", "&"),
    )
}

/// The body of an answer.
pub(super) fn text(response: &Response<Bytes>) -> String {
    String::from_utf8(response.body().to_vec()).unwrap()
}
