//! Names that resemble each other.

use strsim::osa_distance;

/// Longer names are not compared.
const MAX_LENGTH: usize = 64;

/// The known name that an unknown one was probably meant to be: the same apart from case and separators, or with one
/// typing error, or two in names of eight letters and more.
pub(in crate::mcp::tools) fn closest<'k>(
    name: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Option<&'k str> {
    let name = folded(name);
    let distances = known.into_iter().filter_map(|known| {
        let other = folded(known);
        let longest = name.chars().count().max(other.chars().count());
        let allowed = match longest {
            0..=3 => 0,
            4..=7 => 1,
            8..=MAX_LENGTH => 2,
            _ => return None,
        };
        let distance = osa_distance(&name, &other);
        (distance <= allowed).then_some((distance, known))
    });
    distances
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Letters and digits in lower case.
fn folded(name: &str) -> String {
    name.chars()
        .take(MAX_LENGTH + 1)
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelled_names_are_recognized_and_others_are_not() {
        let known = ["page", "per_page", "status", "external_ref", "id", "to"];
        for (name, meant) in [
            ("perPage", Some("per_page")),
            ("per-page", Some("per_page")),
            ("PAGE", Some("page")),
            ("pgae", Some("page")),
            ("pages", Some("page")),
            ("statuss", Some("status")),
            ("external_reff", Some("external_ref")),
            ("ID", Some("id")),
            ("it", None),
            ("toolCallId", None),
            ("tool", None),
            ("sessionId", None),
            ("random_string", None),
            ("state_of_order", None),
            ("", None),
        ] {
            assert_eq!(closest(name, known), meant, "{name}");
        }
        let long = "x".repeat(10_000);
        assert_eq!(closest(&long, [long.as_str()]), None);
    }
}
