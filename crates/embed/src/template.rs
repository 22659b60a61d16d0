//! Templates of Spin manifests: text with `{{ name }}` in it.

use std::collections::BTreeMap;

/// Replaces every `{{ name }}` in `template` by the value of the variable.
///
/// # Errors
/// A message that names the unmatched braces or the unknown variable.
pub(crate) fn expand(
    template: &str,
    variables: &BTreeMap<String, String>,
) -> Result<String, String> {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((literal, after)) = rest.split_once("{{") {
        out.push_str(literal);
        let (name, after) = after
            .split_once("}}")
            .ok_or_else(|| format!("unmatched `{{{{` in the template `{template}`"))?;
        let name = name.trim();
        let value = variables.get(name).ok_or_else(|| {
            format!("the template `{template}` uses `{name}`, which is not in [variables]")
        })?;
        out.push_str(value);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables() -> BTreeMap<String, String> {
        BTreeMap::from([
            ("host".to_owned(), "example.com".to_owned()),
            ("empty".to_owned(), String::new()),
        ])
    }

    #[test]
    fn names_are_replaced_with_and_without_spaces() {
        let expanded = expand("https://{{ host }}:{{host}}{{ empty }}", &variables());
        assert_eq!(expanded.as_deref(), Ok("https://example.com:example.com"));
    }

    #[test]
    fn malformed_template_is_an_error_that_names_it() {
        assert_eq!(
            expand("{{ nope }}", &variables()),
            Err("the template `{{ nope }}` uses `nope`, which is not in [variables]".to_owned())
        );
        assert_eq!(
            expand("a {{ b", &variables()),
            Err("unmatched `{{` in the template `a {{ b`".to_owned())
        );
    }

    #[test]
    fn value_with_braces_is_not_expanded_again() {
        let variables = BTreeMap::from([("a".to_owned(), "{{ b }}".to_owned())]);
        assert_eq!(expand("{{ a }}", &variables).as_deref(), Ok("{{ b }}"));
    }
}
