//! The linear part of a layer: integer combinations of ciphertexts, word by word modulo 2⁶⁴.
//!
//! Blocked so that a block of every input ciphertext is read once for several rows, and those rows' sums stay in the
//! first-level cache. Zero weights cost nothing.

use rayon::prelude::*;

use crate::circuit::{Layer, Term};

/// Words that are summed at a time, and rows that share one reading of the inputs: 8 · 4 KiB of sums.
const BLOCK_WORDS: usize = 512;
const BLOCK_ROWS: usize = 8;

/// The ciphertexts of one edge for the samples at hand: `[samples, width, words]`.
pub(crate) struct Edge {
    pub width: usize,
    pub words: Vec<u64>,
}

/// Phases of a layer before any table: `[samples, rows, ciphertext_words]`, on the current rayon pool.
pub(crate) fn combine(layer: &Layer, edges: &[Edge], samples: usize, ciphertext_words: usize) -> Vec<u64> {
    let mut phases = vec![0; samples * layer.rows * ciphertext_words];
    let rows_per_task = layer
        .rows
        .div_ceil(rayon::current_num_threads())
        .clamp(1, BLOCK_ROWS);
    phases
        .par_chunks_exact_mut(layer.rows * ciphertext_words)
        .enumerate()
        .for_each(|(sample, phases)| {
            phases
                .par_chunks_mut(rows_per_task * ciphertext_words)
                .enumerate()
                .for_each(|(block, phases)| {
                    let first_row = block * rows_per_task;
                    combine_rows(layer, edges, sample, first_row, ciphertext_words, phases);
                });
        });
    phases
}

/// Rows from `first_row` on, as many as `phases` holds.
fn combine_rows(
    layer: &Layer,
    edges: &[Edge],
    sample: usize,
    first_row: usize,
    ciphertext_words: usize,
    phases: &mut [u64],
) {
    for term in &layer.terms {
        let Some(edge) = edges.get(term.edge) else {
            continue;
        };
        let sample_words = edge.width * ciphertext_words;
        let Some(inputs) = edge.words.chunks_exact(sample_words).nth(sample) else {
            continue;
        };
        add_term(term, inputs, first_row, ciphertext_words, phases);
    }
    let offsets = layer.offsets.iter().skip(first_row);
    for (ciphertext, offset) in phases.chunks_exact_mut(ciphertext_words).zip(offsets) {
        if let Some(body) = ciphertext.last_mut() {
            *body = body.wrapping_add(*offset);
        }
    }
}

/// Adds `gain · Σ weight · input` to each row: the gain is applied to the sum, once.
fn add_term(term: &Term, inputs: &[u64], first_row: usize, ciphertext_words: usize, phases: &mut [u64]) {
    let rows = phases.len() / ciphertext_words;
    let mut sums = vec![[0; BLOCK_WORDS]; rows];
    for start in (0..ciphertext_words).step_by(BLOCK_WORDS) {
        let length = BLOCK_WORDS.min(ciphertext_words - start);
        sums.fill([0; BLOCK_WORDS]);
        for (column, input) in inputs.chunks_exact(ciphertext_words).enumerate() {
            let block = block_of(input, start, length);
            let weights = term.weights.chunks_exact(term.columns).skip(first_row);
            for (sum, weights) in sums.iter_mut().zip(weights) {
                add_multiple(sum, block, weights.get(column).copied().unwrap_or(0));
            }
        }
        let gains = term.gains.iter().skip(first_row);
        let outputs = phases.chunks_exact_mut(ciphertext_words);
        for ((output, sum), gain) in outputs.zip(&sums).zip(gains) {
            let output = output.iter_mut().skip(start);
            for (output, sum) in output.zip(sum) {
                *output = output.wrapping_add(sum.wrapping_mul(u64::from(*gain)));
            }
        }
    }
}

fn block_of(ciphertext: &[u64], start: usize, length: usize) -> &[u64] {
    ciphertext.get(start..start + length).unwrap_or_default()
}

/// `sum += weight · block`. The weight's size is taken apart from its sign: a product with a 32-bit number takes two
/// vector multiplications instead of three, and most weights of a pruned net are 0, 1 or −1.
fn add_multiple(sum: &mut [u64; BLOCK_WORDS], block: &[u64], weight: i32) {
    let size = u64::from(weight.unsigned_abs());
    let pairs = sum.iter_mut().zip(block);
    match weight {
        0 => {}
        1 => pairs.for_each(|(sum, word)| *sum = sum.wrapping_add(*word)),
        -1 => pairs.for_each(|(sum, word)| *sum = sum.wrapping_sub(*word)),
        2.. => pairs.for_each(|(sum, word)| *sum = sum.wrapping_add(word.wrapping_mul(size))),
        _ => pairs.for_each(|(sum, word)| *sum = sum.wrapping_sub(word.wrapping_mul(size))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::Numbers;

    /// The formula of docs/wire-format.md, one word at a time.
    fn combine_plainly(layer: &Layer, edges: &[Edge], samples: usize, words: usize) -> Vec<u64> {
        let mut phases = Vec::new();
        for sample in 0..samples {
            for row in 0..layer.rows {
                for word in 0..words {
                    let mut phase = if word == words - 1 { layer.offsets[row] } else { 0 };
                    for term in &layer.terms {
                        let mut sum = 0_u64;
                        for column in 0..term.columns {
                            let weight = term.weights[row * term.columns + column] as i64 as u64;
                            let position = (sample * term.columns + column) * words + word;
                            let input = edges[term.edge].words[position];
                            sum = sum.wrapping_add(weight.wrapping_mul(input));
                        }
                        phase = phase.wrapping_add(u64::from(term.gains[row]).wrapping_mul(sum));
                    }
                    phases.push(phase);
                }
            }
        }
        phases
    }

    fn term(numbers: &mut Numbers, edge: usize, rows: usize, columns: usize) -> Term {
        const WEIGHTS: [i32; 8] = [0, 1, -1, 7, -8, i32::MAX, i32::MIN, 0];
        let mut weight = || WEIGHTS[numbers.below(8) as usize];
        Term {
            edge,
            columns,
            weights: (0..rows * columns).map(|_| weight()).collect(),
            gains: (0..rows).map(|row| [1, 0, 3, u32::MAX][row % 4]).collect(),
        }
    }

    #[test]
    fn blocks_give_what_the_formula_gives() {
        let mut numbers = Numbers::seeded(1);
        for (samples, rows, words) in [(1, 1, 1), (2, 19, 513), (3, 8, 512), (1, 9, 1025), (2, 3, 7)] {
            let edges: Vec<Edge> = [5, 3]
                .map(|width| Edge {
                    width,
                    words: (0..samples * width * words).map(|_| numbers.next()).collect(),
                })
                .into();
            let layer = Layer {
                rows,
                terms: vec![
                    term(&mut numbers, 0, rows, 5),
                    term(&mut numbers, 1, rows, 3),
                    term(&mut numbers, 0, rows, 5),
                ],
                offsets: (0..rows).map(|_| numbers.next()).collect(),
                tables: None,
            };
            let expected = combine_plainly(&layer, &edges, samples, words);
            assert_eq!(combine(&layer, &edges, samples, words), expected);
        }
    }
}
