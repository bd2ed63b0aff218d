//! Ciphertexts laid out for what is done with all of them at once: a panel holds the same 32 words of every ciphertext.
//!
//! A sum of ciphertexts then streams through one panel at a time, and a panel is what one task of a thread writes.

use rayon::prelude::*;

/// Words of a panel's rows: four registers of AVX-512, and a divisor of every supported dimension.
pub(crate) const LANES: usize = 32;
pub(crate) type Lanes = [u64; LANES];

/// Ciphertexts of some samples, `width` each.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Panels {
    pub width: usize,
    /// Panels of one sample: k·N / 32.
    pub count: usize,
    /// `[samples, count, width]` runs of 32 mask words.
    pub masks: Vec<Lanes>,
    /// `[samples, width]`
    pub bodies: Vec<u64>,
}

impl Panels {
    pub(crate) fn new(samples: usize, width: usize, dimension: usize) -> Self {
        let count = dimension / LANES;
        Self {
            width,
            count,
            masks: vec![[0; LANES]; samples * count * width],
            bodies: vec![0; samples * width],
        }
    }

    /// The runs of one panel.
    pub(crate) fn panel(&self, sample: usize, panel: usize) -> &[Lanes] {
        let start = (sample * self.count + panel) * self.width;
        self.masks.get(start..start + self.width).unwrap_or_default()
    }

    /// The mask of one ciphertext, in runs.
    pub(crate) fn mask(&self, sample: usize, index: usize) -> impl Iterator<Item = &Lanes> {
        let start = sample * self.count * self.width + index;
        self.masks.iter().skip(start).step_by(self.width).take(self.count)
    }

    pub(crate) fn body(&self, sample: usize, index: usize) -> u64 {
        self.bodies.get(sample * self.width + index).copied().unwrap_or(0)
    }

    /// Puts whole ciphertexts, `[ciphertexts, k·N + 1]`, in the places of those named by sample and index.
    pub(crate) fn replace(&mut self, places: &[(usize, usize)], ciphertexts: &[u64]) {
        let (width, count) = (self.width, self.count);
        let words = count * LANES + 1;
        self.masks
            .par_chunks_mut(width)
            .enumerate()
            .for_each(|(panel, runs)| {
                let start = panel % count * LANES;
                for ((sample, index), ciphertext) in places.iter().zip(ciphertexts.chunks_exact(words)) {
                    let run = runs.get_mut(*index).filter(|_| *sample == panel / count);
                    if let (Some(run), Some(words)) = (run, ciphertext.get(start..start + LANES)) {
                        run.copy_from_slice(words);
                    }
                }
            });
        for ((sample, index), ciphertext) in places.iter().zip(ciphertexts.chunks_exact(words)) {
            let body = self.bodies.get_mut(sample * width + index);
            if let (Some(body), Some(word)) = (body, ciphertext.last()) {
                *body = *word;
            }
        }
    }

    /// One ciphertext after the other: k·N mask words, one body.
    pub(crate) fn ciphertexts(&self) -> impl Iterator<Item = impl Iterator<Item = u64> + '_> + '_ {
        self.bodies.iter().enumerate().map(|(position, body)| {
            let mask = self.mask(position / self.width, position % self.width);
            mask.flatten().copied().chain([*body])
        })
    }
}
