//! Numbers as people read them.

/// With thousands separators: `1,250`.
pub(crate) fn grouped(number: i64) -> String {
    match number {
        ..1_000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1_000), number % 1_000),
    }
}
