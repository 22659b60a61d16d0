//! The demo people and their demo keys. They are public by design: the emulator is a tool for trying and testing.

use crate::ids;

/// A person who can sign in, and the workspace they own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// Stable subject of the ID token, and id of the workspace.
    pub id: &'static str,
    /// Full name.
    pub name: &'static str,
    /// Address they sign in with.
    pub email: &'static str,
    /// Their password.
    pub password: &'static str,
    /// Credits on the first day.
    pub credits: i64,
}

/// The people whom the portal knows; the first one is the one of the documentation.
#[rustfmt::skip]
pub const PEOPLE: [Person; 2] = [
    Person { id: "person-alex", name: "Alex Demo", email: "demo@tokportal.example", password: "demo-password", credits: 1_250 },
    Person { id: "person-sam", name: "Sam Sample", email: "second@tokportal.example", password: "second-password", credits: 100 },
];

/// A key that exists from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoKey {
    /// What the secret is derived from.
    phrase: &'static str,
    /// Id of its owner.
    pub person: &'static str,
    /// Name in the list of keys.
    pub name: &'static str,
    /// Scopes, separated by spaces.
    pub scopes: &'static str,
}

/// The keys that exist from the start.
#[rustfmt::skip]
pub const DEMO_KEYS: [DemoKey; 3] = [
    DemoKey { phrase: "tokportal emulator demo key", person: "person-alex", name: "Demo key", scopes: "*" },
    DemoKey { phrase: "tokportal emulator read-only demo key", person: "person-alex", name: "Demo key (read-only)", scopes: "read" },
    DemoKey { phrase: "tokportal emulator second person key", person: "person-sam", name: "Demo key", scopes: "*" },
];

/// The demo person's key with full access.
pub fn demo_key() -> String {
    DEMO_KEYS[0].secret()
}

/// The demo person's read-only key.
pub fn demo_read_key() -> String {
    DEMO_KEYS[1].secret()
}

/// The second person's key.
pub fn second_key() -> String {
    DEMO_KEYS[2].secret()
}

/// The person with this id.
pub fn by_id(id: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.id == id)
}

/// The person with this address, ignoring case.
pub fn by_email(email: &str) -> Option<&'static Person> {
    PEOPLE
        .iter()
        .find(|person| person.email.eq_ignore_ascii_case(email.trim()))
}

impl DemoKey {
    /// `sk_` and the SHA-256 of the phrase.
    pub fn secret(&self) -> String {
        format!("sk_{}", ids::hash(self.phrase))
    }
}
