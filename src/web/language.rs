//! The language of a reply, chosen by `Accept-Language` (RFC 9110, section 12.5.4).

use http::{HeaderMap, header};

/// A language in which the pages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Language {
    /// Used if the request asks for no other one.
    #[default]
    English,
    French,
    German,
    Spanish,
    Portuguese,
}

impl Language {
    pub(crate) const ALL: [Self; 5] = [
        Self::English,
        Self::French,
        Self::German,
        Self::Spanish,
        Self::Portuguese,
    ];

    /// The language tag (RFC 5646), as `lang` and `Content-Language` have it.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::German => "de",
            Self::Spanish => "es",
            Self::Portuguese => "pt",
        }
    }

    /// A number as the language groups its digits (Unicode CLDR): `1,250` in English, `1.250` in German. Spanish groups
    /// only numbers of five digits and more.
    pub(crate) fn number(self, value: i64) -> String {
        let (separator, grouped_from) = match self {
            Self::English => (",", 4),
            Self::French => ("\u{202f}", 4),
            Self::German | Self::Portuguese => (".", 4),
            Self::Spanish => (".", 5),
        };
        let digits = value.unsigned_abs().to_string();
        let mut shown = String::from(if value < 0 { "−" } else { "" });
        for (index, digit) in digits.chars().enumerate() {
            let is_start = index > 0 && (digits.len() - index).is_multiple_of(3);
            if is_start && digits.len() >= grouped_from {
                shown.push_str(separator);
            }
            shown.push(digit);
        }
        shown
    }

    /// The language that a request prefers. `pt-BR` is answered in Portuguese (lookup, RFC 4647, section 3.4). Of
    /// languages that the request likes equally, the one it names first is used. A request that accepts none of the
    /// languages gets English, because a page in a foreign language is more useful than none.
    pub(crate) fn preferred(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(header::ACCEPT_LANGUAGE).iter();
        let lines = lines.filter_map(|line| line.to_str().ok());
        let ranges: Vec<Range<'_>> = lines
            .flat_map(|line| line.split(','))
            .enumerate()
            .filter_map(|(position, item)| Range::parse(item, position))
            .collect();
        let rated = Self::ALL.into_iter().filter_map(|language| {
            let rating = language.rating(&ranges)?;
            Some((rating, language))
        });
        // `max_by_key` returns the last of equal elements; English must win among those that `*` rates equally.
        rated
            .rev()
            .max_by_key(|(rating, _)| *rating)
            .map_or(Self::English, |(_, language)| language)
    }

    /// How much the ranges like this language: the quality, then the place in the header. `None` if it is not wanted.
    fn rating(self, ranges: &[Range<'_>]) -> Option<(u16, std::cmp::Reverse<usize>)> {
        let tag = self.tag();
        let named = ranges.iter().filter(|range| range.is_for(tag));
        let refused = ranges
            .iter()
            .any(|range| range.tag.eq_ignore_ascii_case(tag) && range.quality == 0);
        let any = ranges.iter().filter(|range| range.tag == "*");
        let best = named.max_by_key(|range| range.rating());
        let best = best.or_else(|| any.max_by_key(|range| range.rating()))?;
        (best.quality > 0 && !refused).then(|| best.rating())
    }
}

/// A language range with its weight.
struct Range<'a> {
    /// A language tag or `*`.
    tag: &'a str,
    /// Thousandths, 0 to 1,000; 0 means "not acceptable".
    quality: u16,
    /// Place in the header.
    position: usize,
}

impl<'a> Range<'a> {
    /// Parses `de-CH;q=0.8`. An item with an unreadable weight is ignored.
    fn parse(item: &'a str, position: usize) -> Option<Self> {
        let mut parts = item.split(';').map(str::trim);
        let tag = parts.next().filter(|tag| !tag.is_empty())?;
        let quality = match parts.next() {
            None => 1_000,
            Some(weight) => {
                let (name, value) = weight.split_once('=')?;
                name.trim().eq_ignore_ascii_case("q").then_some(())?;
                let value: f32 = value.trim().parse().ok()?;
                (0.0..=1.0).contains(&value).then_some(())?;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "from 0 to 1,000"
                )]
                let thousandths = (value * 1_000.0).round() as u16;
                thousandths
            }
        };
        Some(Self {
            tag,
            quality,
            position,
        })
    }

    /// Whether this range names the language, alone or with a region or script.
    fn is_for(&self, language: &str) -> bool {
        let primary = self.tag.split(['-', '_']).next().unwrap_or_default();
        primary.eq_ignore_ascii_case(language)
    }

    fn rating(&self) -> (u16, std::cmp::Reverse<usize>) {
        (self.quality, std::cmp::Reverse(self.position))
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, *};
    use http::{HeaderMap, HeaderValue, header};

    fn preferred(lines: &[&str]) -> Language {
        let mut headers = HeaderMap::new();
        for line in lines {
            let value = HeaderValue::from_str(line).expect("a header value");
            headers.append(header::ACCEPT_LANGUAGE, value);
        }
        Language::preferred(&headers)
    }

    #[test]
    fn language_with_the_highest_weight_is_used() {
        for (header, expected) in [
            ("de", German),
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", French),
            ("en-US,en;q=0.9,de;q=0.8", English),
            ("de;q=0.5, es;q=0.6", Spanish),
            ("pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7", Portuguese),
            ("PT-br", Portuguese),
            ("es-419", Spanish),
            ("zh-Hant-TW, de-AT;q=0.3", German),
            ("fr, de", French),
            ("de, fr", German),
            ("de;q=1.0, fr;q=1", German),
            ("da, en-gb;q=0.8, en;q=0.7", English),
            ("nl, fr ; q = 0.4", French),
        ] {
            assert_eq!(preferred(&[header]), expected, "{header}");
        }
        assert_eq!(preferred(&["ja", "fr;q=0.2"]), French, "two header lines");
    }

    #[test]
    fn request_without_a_known_language_gets_english() {
        for header in [
            "",
            "*",
            "ja",
            "ja,zh;q=0.9",
            "*;q=0.1",
            "gsw",
            "dex",
            ",;,",
            "de;q=0",
            "de;q=x",
            "de;q=2",
            "de;q=-1",
            "de;q=NaN",
            "de;q",
            "fr;level=1",
            "-de",
        ] {
            assert_eq!(preferred(&[header]), English, "{header}");
        }
        assert_eq!(preferred(&[]), English);
    }

    #[test]
    fn number_is_grouped_as_the_language_writes_it() {
        for (value, shown) in [
            (0, "0"),
            (999, "999"),
            (1_250, "1,250"),
            (-12_345, "−12,345"),
            (i64::MIN, "−9,223,372,036,854,775,808"),
        ] {
            assert_eq!(English.number(value), shown);
        }
        for (language, four, seven) in [
            (French, "1\u{202f}250", "1\u{202f}000\u{202f}000"),
            (German, "1.250", "1.000.000"),
            (Spanish, "1250", "1.000.000"),
            (Portuguese, "1.250", "1.000.000"),
        ] {
            assert_eq!(language.number(1_250), four);
            assert_eq!(language.number(1_000_000), seven);
        }
    }

    #[test]
    fn language_that_is_refused_is_not_used() {
        assert_eq!(preferred(&["de-CH, de;q=0, es;q=0.1"]), Spanish);
        assert_eq!(preferred(&["en;q=0, *"]), French, "the first of the others");
        assert_eq!(preferred(&["*;q=0, pt;q=0.1"]), Portuguese);
        assert_eq!(preferred(&["*, en;q=0.1, fr;q=0.1"]), German);
    }
}
