//! The portal, as the connector and a browser without script see it.

mod keys;
mod sign_in;

use std::collections::BTreeMap;

use form_urlencoded::{Serializer, parse};
use http::Request;

use super::world::{Reply, World};

const ORIGIN: &str = "http://localhost:3000";
const KEYS: &str = "/portal/developer/api-keys";

/// Keeps cookies and sends the forms of pages; does not follow redirects.
struct Browser<'a> {
    world: &'a World,
    cookies: BTreeMap<String, String>,
    origin: &'static str,
}

impl<'a> Browser<'a> {
    fn new(world: &'a World) -> Self {
        Self {
            world,
            cookies: BTreeMap::new(),
            origin: ORIGIN,
        }
    }

    /// The browser of a person who is signed in: `demo` or `second`.
    fn of(world: &'a World, person: &str) -> Self {
        let mut browser = Self::new(world);
        let page = browser.get("/portal/sign-in").text();
        let fill = format!("email={person}@tokportal.example&password={person}-password");
        let answer = browser.submit(&page, "/portal/sign-in", &fill);
        assert_eq!(answer.status(), 303);
        browser
    }

    fn get(&mut self, path: &str) -> Reply {
        self.send(&format!("GET {path}"), "")
    }

    /// Sends the form of a page to `action`: its hidden fields and what is filled in.
    fn submit(&mut self, page: &str, action: &str, fill: &str) -> Reply {
        let (_, form) = page.split_once(&format!("action=\"{action}\"")).unwrap();
        let (form, _) = form.split_once("</form>").unwrap();
        let hidden = form.split("type=\"hidden\"").skip(1);
        let pairs = hidden.map(|field| (attribute(field, "name"), attribute(field, "value")));
        let form = Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.send(&format!("POST {action}"), &merged(&form, fill))
    }

    fn send(&mut self, request: &str, body: &str) -> Reply {
        let pairs = self.cookies.iter();
        let pairs = pairs.map(|(name, value)| format!("{name}={value}; "));
        let cookie: String = pairs.collect();
        let headers = [("origin", self.origin), ("cookie", &cookie)];
        let reply = ask(self.world, request, &headers, body);
        for line in reply.0.headers().get_all("set-cookie") {
            let (pair, rest) = line.to_str().unwrap().split_once(';').unwrap();
            assert!(rest.contains("; HttpOnly; SameSite=Lax"), "{rest}");
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        reply
    }
}

/// Sends a request like `GET /`.
fn ask(world: &World, request: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let (method, path) = request.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in [("host", "localhost:3000")].iter().chain(headers) {
        request = request.header(*name, *value);
    }
    Reply(world.send(request.body(body.to_owned().into()).unwrap()))
}

/// A form with some fields in addition or in place of others.
fn merged(form: &str, fields: &str) -> String {
    let mut merged: BTreeMap<_, _> = parse(form.as_bytes()).collect();
    merged.extend(parse(fields.as_bytes()));
    Serializer::new(String::new()).extend_pairs(merged).finish()
}

/// The value of the first attribute with this name.
fn attribute(html: &str, name: &str) -> String {
    let (_, rest) = html.split_once(&format!("{name}=\"")).unwrap();
    rest.split('"').next().unwrap().replace("&#38;", "&")
}
