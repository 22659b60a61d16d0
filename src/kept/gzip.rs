//! gzip (RFC 1952) of bodies that differ at their start and end only: the middle is compressed once, and the rest is put
//! around it as it is.

use crc32fast::Hasher;
use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, compress_to_output, create_comp_flags_from_zip_params,
};

/// Of a list of tools with 115 kB, this level makes 17 kB in 0.8 ms of a native build, level 6 16 kB in 1.5 ms, and level 1
/// 26 kB in 0.4 ms.
const LEVEL: i32 = 3;
/// A raw deflate stream has no header of its own.
const RAW: i32 = -15;
const DEFAULT_STRATEGY: i32 = 0;

/// The header of a member: deflate, no flags, no time, an unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// The most bytes of a block that is not compressed (RFC 1951, section 3.2.4).
const STORED: usize = 0xffff;

/// Deflate blocks that end at a byte, none of which is the last one of a stream (RFC 1951).
#[derive(Debug)]
pub(super) struct Deflated {
    blocks: Vec<u8>,
    checksum: Hasher,
    /// The bytes before compression.
    length: usize,
}

impl Deflated {
    pub(super) fn new(bytes: &[u8]) -> Self {
        let flags = create_comp_flags_from_zip_params(LEVEL, RAW, DEFAULT_STRATEGY);
        let mut blocks = Vec::new();
        compress_to_output(
            &mut CompressorOxide::new(flags),
            bytes,
            TDEFLFlush::Sync,
            |part| {
                blocks.extend_from_slice(part);
                true
            },
        );
        blocks.shrink_to_fit();
        Self {
            blocks,
            checksum: checksum(bytes),
            length: bytes.len(),
        }
    }
}

/// A gzip member of `head`, the text of `deflated`, and `tail`.
pub(super) fn member(head: &[u8], deflated: &Deflated, tail: &[u8]) -> Vec<u8> {
    let around = head.len().saturating_add(tail.len());
    let mut member = Vec::with_capacity(deflated.blocks.len().saturating_add(around + 64));
    member.extend_from_slice(&HEADER);
    for part in head.chunks(STORED) {
        store(&mut member, part, false);
    }
    member.extend_from_slice(&deflated.blocks);
    store(&mut member, tail, true);
    let mut checksum = checksum(head);
    checksum.combine(&deflated.checksum);
    checksum.update(tail);
    member.extend_from_slice(&checksum.finalize().to_le_bytes());
    // The length is that of the whole, modulo 2^32.
    let length = deflated.length.saturating_add(around);
    #[expect(clippy::cast_possible_truncation, reason = "the format says so")]
    member.extend_from_slice(&(length as u32).to_le_bytes());
    member
}

/// Appends a block that is not compressed. `part` has at most `STORED` bytes.
fn store(member: &mut Vec<u8>, part: &[u8], is_last: bool) {
    let length = u16::try_from(part.len()).unwrap_or(u16::MAX);
    member.push(u8::from(is_last));
    member.extend_from_slice(&length.to_le_bytes());
    member.extend_from_slice(&(!length).to_le_bytes());
    member.extend_from_slice(part);
}

fn checksum(bytes: &[u8]) -> Hasher {
    let mut checksum = Hasher::new();
    checksum.update(bytes);
    checksum
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use proptest::prelude::*;
    use std::io::Read as _;

    /// What a decoder reads, which also checks the checksum and the length, and whether that was all.
    fn read(member: &[u8]) -> (Vec<u8>, bool) {
        let mut decoder = GzDecoder::new(member);
        let mut bytes = Vec::new();
        decoder.read_to_end(&mut bytes).expect("gzip");
        (bytes, decoder.into_inner().is_empty())
    }

    proptest! {
        #[test]
        fn member_is_read_as_head_text_and_tail(
            head in ".{0,40}", text in "[a-f{}\":,]{0,4000}", tail in ".{0,9}",
        ) {
            let member = member(head.as_bytes(), &Deflated::new(text.as_bytes()), tail.as_bytes());
            prop_assert_eq!(read(&member), ([head, text, tail].concat().into_bytes(), true));
        }
    }

    #[test]
    fn head_may_be_longer_than_one_block() {
        for length in [STORED - 1, STORED, STORED + 1, 3 * STORED] {
            let head = vec![b'x'; length];
            let member = member(&head, &Deflated::new(b"text"), b"}");
            assert_eq!(read(&member), ([&head, &b"text}"[..]].concat(), true));
        }
    }
}
