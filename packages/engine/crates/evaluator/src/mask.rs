//! The random masks of seeded ciphertexts: AES-128 in counter mode, as tfhe-csprng draws them.
//!
//! Written anew because that generator hands out byte by byte; whole blocks, from any position, are ten times as fast.
//! The key is the seed, block `i` of the stream is the encryption of `i`, and the bytes are read as little-endian words.

use aes::Aes128Enc;
use aes::cipher::{Block, BlockEncrypt, KeyInit};

/// Blocks that are encrypted together: as many as the pipeline of a processor with AES instructions takes, twice.
const BLOCKS: usize = 16;
const BLOCK_WORDS: u64 = 2;

/// The stream of one seed.
pub(crate) struct MaskStream(Aes128Enc);

impl MaskStream {
    pub(crate) fn new(seed: [u8; 16]) -> Self {
        Self(Aes128Enc::new(&seed.into()))
    }

    /// Fills `words` with those of the stream from word `first` on.
    pub(crate) fn fill(&self, first: u64, words: &mut [u64]) {
        let mut block = first / BLOCK_WORDS;
        // A start in the middle of a block leaves that block's first word out.
        let (head, words) = words.split_at_mut(words.len().min((first % BLOCK_WORDS) as usize));
        if let [word] = head {
            let [[_, second], ..] = self.blocks::<1>(block);
            *word = second;
            block += 1;
        }
        let (runs, rest) = words.as_chunks_mut::<{ BLOCKS * BLOCK_WORDS as usize }>();
        for run in runs {
            run.copy_from_slice(self.blocks::<BLOCKS>(block).as_flattened());
            block += BLOCKS as u64;
        }
        for pair in rest.chunks_mut(BLOCK_WORDS as usize) {
            let [drawn] = self.blocks::<1>(block);
            for (word, drawn) in pair.iter_mut().zip(drawn) {
                *word = drawn;
            }
            block += 1;
        }
    }

    fn blocks<const COUNT: usize>(&self, first: u64) -> [[u64; 2]; COUNT] {
        let mut blocks: [Block<Aes128Enc>; COUNT] =
            std::array::from_fn(|index| u128::from(first + index as u64).to_le_bytes().into());
        self.0.encrypt_blocks(&mut blocks);
        blocks.map(|block| {
            let [low, high] = split(block.into());
            [u64::from_le_bytes(low), u64::from_le_bytes(high)]
        })
    }
}

fn split(block: [u8; 16]) -> [[u8; 8]; 2] {
    let (halves, _) = block.as_chunks::<8>();
    [
        halves.first().copied().unwrap_or_default(),
        halves.last().copied().unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use tfhe::core_crypto::commons::math::random::Seed;
    use tfhe::core_crypto::prelude::{CiphertextModulus, LweDimension, SeededLweCiphertext};

    #[test]
    fn the_stream_is_that_of_tfhe_rs_from_any_position() {
        let seed = 0x0123_4567_89ab_cdef_0011_2233_4455_6677_u128;
        let size = LweDimension(300).to_lwe_size();
        let seeded =
            SeededLweCiphertext::from_scalar(0_u64, size, Seed(seed).into(), CiphertextModulus::new_native());
        let ciphertext = seeded.decompress_into_lwe_ciphertext().into_container();
        let stream = MaskStream::new(seed.to_le_bytes());
        for (first, count) in [
            (0, 300),
            (1, 299),
            (2, 33),
            (3, 32),
            (31, 64),
            (299, 1),
            (8, 0),
            (9, 0),
        ] {
            let mut words = vec![7; count];
            stream.fill(first as u64, &mut words);
            assert_eq!(
                words,
                ciphertext[first..first + count],
                "{count} words from {first}"
            );
        }
    }
}
