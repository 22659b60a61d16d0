//! The person who is signed in, as pages show them (`static/pages/person.html`).

use crate::text;

/// The person who is signed in at the portal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person<'a> {
    /// May be empty.
    pub(crate) name: &'a str,
    pub(crate) email: &'a str,
}

impl Person<'_> {
    pub(super) fn shown_name(&self) -> String {
        text::display_name(self.name, text::NAME_LIMIT)
    }

    pub(super) fn has_name(&self) -> bool {
        !self.shown_name().is_empty()
    }

    /// The email address up to the `@`, where a narrow screen breaks the line.
    pub(super) fn mailbox(&self) -> &str {
        self.email.get(..self.at()).unwrap_or(self.email)
    }

    /// The email address from the `@` on.
    pub(super) fn mail_domain(&self) -> &str {
        self.email.get(self.at()..).unwrap_or_default()
    }

    fn at(&self) -> usize {
        self.email.rfind('@').unwrap_or(self.email.len())
    }

    /// The letter in the circle beside the name.
    pub(super) fn initial(&self) -> String {
        let letter = |text: &str| text.chars().find(|character| character.is_alphanumeric());
        letter(self.name)
            .or_else(|| letter(self.email))
            .map(|letter| letter.to_uppercase().collect())
            .unwrap_or_default()
    }
}
