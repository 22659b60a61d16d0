//! The texts of all pages, one table for each language.
//!
//! A text may have placeholders such as `{client}`, which the template fills ([`super::phrase`]). Names of things in the
//! portal, such as "Developer › API keys", stay English, because the portal is.

mod de;
mod en;
mod es;
mod fr;
mod pt;
mod table;
#[cfg(test)]
mod tests;

use crate::web::language::Language;
pub(super) use table::{ChecksTexts, ProblemTable, ProblemTexts, Texts, WelcomeTexts};

/// All texts in one language.
pub(crate) fn of(language: Language) -> &'static Texts {
    match language {
        Language::English => &en::TEXTS,
        Language::French => &fr::TEXTS,
        Language::German => &de::TEXTS,
        Language::Spanish => &es::TEXTS,
        Language::Portuguese => &pt::TEXTS,
    }
}
