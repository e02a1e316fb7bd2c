//! Sixty-four bytes at a time as bits: which are letters, which are digits.

use wide::u8x16;

/// Bytes that are looked at together.
pub(crate) const BLOCK: usize = 64;
/// The same, and so much more that a word which begins in it can be known by its first bytes.
pub(crate) const WINDOW: usize = BLOCK + 8;

/// What the bytes of a block are: a bit for each, the first one lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bits {
    /// Small letters of ASCII.
    pub letters: u64,
    pub digits: u64,
    /// Bytes beyond ASCII.
    pub beyond: u64,
    pub dots: u64,
    /// What ends a sentence, whatever stands around it: `!`, `?`, `;`.
    pub breaks: u64,
}

impl Bits {
    #[inline]
    pub fn of(block: &[u8; BLOCK]) -> Self {
        Self {
            letters: each(block, |bytes| between(bytes, b'a', b'z')),
            digits: each(block, |bytes| between(bytes, b'0', b'9')),
            beyond: each(block, |bytes| bytes),
            dots: each(block, |bytes| is(bytes, b'.')),
            breaks: each(block, |bytes| is(bytes, b'!') | is(bytes, b'?') | is(bytes, b';')),
        }
    }
}

/// What the bytes of a block are to one who looks for numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    pub digits: u64,
    /// Letters of ASCII, small and great.
    pub letters: u64,
    /// What may stand between the letters and the digits of one number: ` `, `-`, `#`, `:`, `.`, `*`, `/` and bytes beyond ASCII.
    pub joints: u64,
    pub nines: u64,
}

impl Figures {
    #[inline]
    pub fn of(block: &[u8; BLOCK]) -> Self {
        Self {
            digits: each(block, |bytes| between(bytes, b'0', b'9')),
            letters: each(block, |bytes| between(bytes | u8x16::splat(b' '), b'a', b'z')),
            joints: each(block, |bytes| {
                // From `-` to `/` there is `.` alone.
                between(bytes, b'-', b'/') | is(bytes, b' ') | is(bytes, b'#') | is(bytes, b':') | is(bytes, b'*') | bytes
            }),
            nines: each(block, |bytes| is(bytes, b'9')),
        }
    }
}

/// Whether all bytes are capitals, digits or `<`, of which machine-readable zones are made.
pub(crate) fn in_zone(bytes: [u8; 16]) -> bool {
    let bytes = u8x16::new(bytes);
    (between(bytes, b'A', b'Z') | between(bytes, b'0', b'9') | is(bytes, b'<')).all()
}

/// The bytes whose high bits are set, sixteen at a time.
#[inline]
fn each(block: &[u8; BLOCK], high: impl Fn(u8x16) -> u8x16) -> u64 {
    let (chunks, _) = block.as_chunks::<16>();
    chunks.iter().rev().fold(0, |all, chunk| all << 16 | u64::from(high(u8x16::new(*chunk)).to_bitmask()))
}

#[inline]
fn is(bytes: u8x16, byte: u8) -> u8x16 {
    bytes.simd_eq(u8x16::splat(byte))
}

/// Bytes less than the first wrap around to great ones.
#[inline]
fn between(bytes: u8x16, first: u8, last: u8) -> u8x16 {
    let above = bytes - u8x16::splat(first);
    above.simd_eq(above.min(u8x16::splat(last - first)))
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Bits};

    #[test]
    fn every_byte_is_what_it_is() {
        for byte in 0..=u8::MAX {
            let mut block = [b' '; BLOCK];
            block[37] = byte;
            let bit = |is: bool| u64::from(is) << 37;
            let expected = Bits {
                letters: bit(byte.is_ascii_lowercase()),
                digits: bit(byte.is_ascii_digit()),
                beyond: bit(!byte.is_ascii()),
                dots: bit(byte == b'.'),
                breaks: bit(matches!(byte, b'!' | b'?' | b';')),
            };
            assert_eq!(Bits::of(&block), expected, "{byte}");
        }
    }
}
