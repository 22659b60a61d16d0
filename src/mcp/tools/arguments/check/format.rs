//! The formats of texts.

use fluent_uri::UriRef;
use openapi_tools::table::Format;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Whether a text has a format.
pub(super) fn has_format(text: &str, format: Format) -> bool {
    match format {
        Format::Date => is_date(text),
        Format::DateTime => is_date_time(text),
        Format::Email => is_email(text),
        Format::Hostname => is_hostname(text),
        Format::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
        Format::Ipv6 => text.parse::<Ipv6Addr>().is_ok(),
        Format::Uri => UriRef::parse(text).is_ok_and(|uri| uri.scheme().is_some()),
        Format::UriReference => UriRef::parse(text).is_ok(),
        Format::Uuid => is_uuid(text),
    }
}

/// The decimal number in a text of exactly so many digits.
fn digits(text: &str, length: usize) -> Option<u32> {
    let is_digits = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits.then(|| text.parse().ok())?
}

/// `full-date` of RFC 3339, section 5.6: a day that exists.
fn is_date(text: &str) -> bool {
    let parts = || {
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        Some((digits(year, 4)?, digits(month, 2)?, digits(day, 2)?))
    };
    parts().is_some_and(|(year, month, day)| {
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let last = match month {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        (1..=last).contains(&day)
    })
}

/// `date-time` of RFC 3339, section 5.6.
fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't']) else {
        return false;
    };
    is_date(date) && is_time(time)
}

/// `full-time` of RFC 3339, section 5.6. A leap second is the last one of a day in UTC.
fn is_time(text: &str) -> bool {
    let parts = || {
        let (hour, rest) = text.split_once(':')?;
        let (minute, rest) = rest.split_once(':')?;
        let (second, rest) = rest.split_at_checked(2)?;
        let zone = match rest.strip_prefix('.') {
            Some(fraction) => {
                let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
                (zone.len() < fraction.len()).then_some(zone)?
            }
            None => rest,
        };
        let minutes = clock(hour, minute)?;
        Some((minutes, digits(second, 2)?, offset(zone)?))
    };
    parts().is_some_and(|(minutes, second, offset)| {
        const DAY: i32 = 24 * 60;
        let is_last_minute = (minutes - offset).rem_euclid(DAY) == DAY - 1;
        second < 60 || second == 60 && is_last_minute
    })
}

/// Minutes since midnight.
fn clock(hour: &str, minute: &str) -> Option<i32> {
    let hour = digits(hour, 2).filter(|hour| *hour < 24)?;
    let minute = digits(minute, 2).filter(|minute| *minute < 60)?;
    i32::try_from(hour * 60 + minute).ok()
}

/// Minutes east of UTC.
fn offset(zone: &str) -> Option<i32> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, clock) = match zone.split_at_checked(1)? {
        ("+", clock) => (1, clock),
        ("-", clock) => (-1, clock),
        _ => return None,
    };
    let (hour, minute) = clock.split_once(':')?;
    Some(sign * self::clock(hour, minute)?)
}

/// A mailbox of RFC 5321, section 4.1.2, with the limits of its section 4.5.3.1.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let address = domain
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let is_domain = match address {
        Some(address) => match address.strip_prefix("IPv6:") {
            Some(address) => address.parse::<Ipv6Addr>().is_ok(),
            None => address.parse::<Ipv4Addr>().is_ok(),
        },
        None => is_hostname(domain),
    };
    let quoted = local
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let is_local = match quoted {
        Some(quoted) => !quoted.contains(['\\', '"']),
        None => local.split('.').all(|atom| {
            !atom.is_empty()
                && atom.bytes().all(|byte| {
                    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
                })
        }),
    };
    text.len() <= 254 && local.len() <= 64 && is_local && is_domain
}

/// A host name of RFC 1123, section 2.1.
fn is_hostname(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    name.len() <= 253
        && name.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
}

/// A UUID of RFC 4122, section 3, in either case.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(i, byte)| match i {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests;
