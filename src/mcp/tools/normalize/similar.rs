//! Names that resemble each other.

use strsim::osa_distance;

/// Longer names are not compared.
const MAX_LENGTH: usize = 64;

/// The known name that an unknown one was probably meant to be: the same apart from case and separators, or with one
/// typing error, or two in names of eight letters and more. Or else the only name that has all of its words and more:
/// `from` for `date_from`. If several have them, the only one that begins with them.
pub(in crate::mcp::tools) fn closest<'k>(
    name: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Option<&'k str> {
    let known: Vec<&str> = known.into_iter().collect();
    misspelled(name, &known).or_else(|| abridged(name, &known))
}

/// The known name that is the same but for typing errors.
fn misspelled<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let name = folded(name);
    let distances = known.iter().filter_map(|known| {
        let other = folded(known);
        let longest = name.chars().count().max(other.chars().count());
        let allowed = match longest {
            0..=3 => 0,
            4..=7 => 1,
            8..=MAX_LENGTH => 2,
            _ => return None,
        };
        let distance = osa_distance(&name, &other);
        (distance <= allowed).then_some((distance, *known))
    });
    let nearest = distances.min_by_key(|(distance, _)| *distance);
    nearest.map(|(_, known)| known)
}

/// The only known name that has all words of a name; if several have them, the only one that begins with them.
fn abridged<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let words = parts(name);
    if words.is_empty() {
        return None;
    }
    let longer = |known: &&&str| {
        let parts = parts(known);
        words.iter().all(|word| parts.contains(word))
    };
    let longer: Vec<&str> = known.iter().filter(longer).copied().collect();
    let begins = |known: &&&str| parts(known).starts_with(&words);
    let begins: Vec<&str> = longer.iter().filter(begins).copied().collect();
    match (longer.as_slice(), begins.as_slice()) {
        ([only], _) | (_, [only]) => Some(*only),
        _ => None,
    }
}

/// The words of a name: `date_from` and `dateFrom` have `date` and `from`.
fn parts(name: &str) -> Vec<String> {
    if name.chars().nth(MAX_LENGTH).is_some() {
        return Vec::new();
    }
    let mut parts = vec![String::new()];
    for character in name.chars() {
        if !character.is_alphanumeric() || character.is_uppercase() {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut().filter(|_| character.is_alphanumeric()) {
            part.extend(character.to_lowercase());
        }
    }
    parts.retain(|part| part.len() > 1);
    parts
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
            ("ref", Some("external_ref")),
            ("", None),
        ] {
            assert_eq!(closest(name, known), meant, "{name}");
        }
        let dates = ["date_from", "date_to", "dateOfBirth"];
        assert_eq!(closest("from", dates), Some("date_from"));
        assert_eq!(closest("of_birth", dates), Some("dateOfBirth"));
        let videos = ["auto_finalize_videos", "videos_quantity"];
        assert_eq!(closest("videos", videos), Some("videos_quantity"));
        assert_eq!(closest("date", dates), None, "several names have it");
        let long = "x".repeat(10_000);
        assert_eq!(closest(&long, [long.as_str()]), None);
    }
}
