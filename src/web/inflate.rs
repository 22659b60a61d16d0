//! Texts that are compressed in the component.

use miniz_oxide::inflate::decompress_slice_iter_to_slice;

/// A text of `length` bytes from its compressed form (RFC 1951), which the build made. The tests inflate each of them.
pub(crate) fn inflated(length: usize, deflated: &[u8]) -> String {
    let mut text = vec![0; length];
    let _ = decompress_slice_iter_to_slice(&mut text, [deflated].into_iter(), false, true);
    String::from_utf8(text).unwrap_or_default()
}
