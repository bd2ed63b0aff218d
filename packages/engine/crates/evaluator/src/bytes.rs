//! Packed little-endian arrays, read without trusting a length.

/// Splits `bytes` into `N`-byte words. The caller has checked that the length is a multiple of `N`; a rest is ignored.
fn words<const N: usize>(bytes: &[u8]) -> impl ExactSizeIterator<Item = [u8; N]> + '_ {
    let (chunks, _) = bytes.as_chunks::<N>();
    chunks.iter().copied()
}

pub(crate) fn to_u64(bytes: &[u8]) -> Vec<u64> {
    words(bytes).map(u64::from_le_bytes).collect()
}

pub(crate) fn to_u32(bytes: &[u8]) -> Vec<u32> {
    words(bytes).map(u32::from_le_bytes).collect()
}

pub(crate) fn to_u16(bytes: &[u8]) -> impl Iterator<Item = u16> + '_ {
    words(bytes).map(u16::from_le_bytes)
}

pub(crate) fn to_i8(bytes: &[u8]) -> impl Iterator<Item = i8> + '_ {
    words(bytes).map(i8::from_le_bytes)
}

pub(crate) fn to_i16(bytes: &[u8]) -> impl Iterator<Item = i16> + '_ {
    words(bytes).map(i16::from_le_bytes)
}

pub(crate) fn to_i32(bytes: &[u8]) -> Vec<i32> {
    words(bytes).map(i32::from_le_bytes).collect()
}

/// Seeds, as they are.
pub(crate) fn to_seeds(bytes: &[u8]) -> Vec<[u8; 16]> {
    words(bytes).collect()
}
