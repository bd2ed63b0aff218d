//! The linear part of a layer: integer combinations of ciphertexts, word by word modulo 2⁶⁴.
//!
//! One panel of the inputs after the other, each for all rows, whose sums stay in registers. Weights of a quantized net
//! take few values, so a row adds up the inputs of each value and multiplies once a value; weights of 0 cost nothing.

use rayon::prelude::*;

use crate::circuit::{Layer, Term};
use crate::panels::Panels;

/// The weights of one row that have the same size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    /// Size of the weights times the row's gain.
    pub factor: u64,
    /// How many of the row's columns follow with a positive weight, and then with a negative one.
    pub positive: u32,
    pub negative: u32,
}

/// Phases of a layer before any table, on the current rayon pool. `edges` are those before the layer; one that no term
/// reads may be missing.
pub(crate) fn combine(layer: &Layer, edges: &[Option<Panels>], samples: usize, dimension: usize) -> Panels {
    let mut phases = Panels::new(samples, layer.rows, dimension);
    let count = phases.count;
    let arch = pulp::Arch::new();
    phases
        .masks
        .par_chunks_mut(layer.rows)
        .enumerate()
        .for_each(|(panel, sums)| {
            for (term, edge) in terms_of(layer, edges) {
                let inputs = edge.panel(panel / count, panel % count);
                arch.dispatch(|| add_term(term, inputs, sums));
            }
        });
    phases
        .bodies
        .par_chunks_mut(layer.rows)
        .enumerate()
        .for_each(|(sample, sums)| {
            sums.copy_from_slice(&layer.offsets);
            for (term, edge) in terms_of(layer, edges) {
                let inputs: Vec<[u64; 1]> = edge
                    .bodies
                    .iter()
                    .skip(sample * edge.width)
                    .map(|body| [*body])
                    .collect();
                add_term(term, &inputs, sums.as_chunks_mut().0);
            }
        });
    phases
}

fn terms_of<'a>(
    layer: &'a Layer,
    edges: &'a [Option<Panels>],
) -> impl Iterator<Item = (&'a Term, &'a Panels)> {
    layer
        .terms
        .iter()
        .filter_map(|term| Some((term, edges.get(term.edge)?.as_ref()?)))
}

/// Adds `gain · Σ weight · input` to each row.
#[inline(always)]
fn add_term<const WIDTH: usize>(term: &Term, inputs: &[[u64; WIDTH]], sums: &mut [[u64; WIDTH]]) {
    for (row, sum) in sums.iter_mut().enumerate() {
        let (groups, mut columns) = term.row(row);
        for group in groups {
            let mut part = [0_u64; WIDTH];
            let (positive, rest) = columns.split_at(columns.len().min(group.positive as usize));
            let (negative, rest) = rest.split_at(rest.len().min(group.negative as usize));
            columns = rest;
            for input in positive.iter().filter_map(|column| inputs.get(*column as usize)) {
                for lane in 0..WIDTH {
                    part[lane] = part[lane].wrapping_add(input[lane]);
                }
            }
            for input in negative.iter().filter_map(|column| inputs.get(*column as usize)) {
                for lane in 0..WIDTH {
                    part[lane] = part[lane].wrapping_sub(input[lane]);
                }
            }
            for lane in 0..WIDTH {
                sum[lane] = sum[lane].wrapping_add(part[lane].wrapping_mul(group.factor));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panels::LANES;
    use crate::support::Numbers;

    const DIMENSION: usize = 3 * LANES;

    /// The formula of docs/wire-format.md, one word at a time.
    fn combine_plainly(
        weights: &[Vec<i32>],
        gains: &[Vec<u32>],
        layer: &Layer,
        edges: &[Vec<Vec<u64>>],
        samples: usize,
    ) -> Vec<Vec<u64>> {
        let mut phases = Vec::new();
        for sample in 0..samples {
            for row in 0..layer.rows {
                let mut phase = vec![0_u64; DIMENSION + 1];
                phase[DIMENSION] = layer.offsets[row];
                for ((term, weights), gains) in layer.terms.iter().zip(weights).zip(gains) {
                    let columns = weights.len() / layer.rows;
                    for column in 0..columns {
                        let weight = weights[row * columns + column] as i64 as u64;
                        let factor = weight.wrapping_mul(u64::from(gains[row]));
                        let input = &edges[term.edge][sample * columns + column];
                        for (phase, word) in phase.iter_mut().zip(input) {
                            *phase = phase.wrapping_add(factor.wrapping_mul(*word));
                        }
                    }
                }
                phases.push(phase);
            }
        }
        phases
    }

    fn panels(samples: usize, width: usize, ciphertexts: &[Vec<u64>]) -> Panels {
        let mut panels = Panels::new(samples, width, DIMENSION);
        let places: Vec<_> = (0..samples * width)
            .map(|place| (place / width, place % width))
            .collect();
        panels.replace(&places, &ciphertexts.concat());
        panels
    }

    #[test]
    fn panels_give_what_the_formula_gives() {
        const WEIGHTS: [i32; 9] = [0, 1, -1, 7, -7, -8, i32::MAX, i32::MIN, 0];
        let mut numbers = Numbers::seeded(1);
        for (samples, rows) in [(1, 1), (2, 19), (3, 8)] {
            let widths = [5, 3];
            let edges = widths.map(|width| -> Vec<Vec<u64>> {
                let mut ciphertext = || (0..=DIMENSION).map(|_| numbers.next()).collect();
                (0..samples * width).map(|_| ciphertext()).collect()
            });
            let read = [0, 1, 0];
            let weights = read.map(|edge| -> Vec<i32> {
                (0..rows * widths[edge])
                    .map(|_| WEIGHTS[numbers.below(9) as usize])
                    .collect()
            });
            let gains =
                read.map(|_| -> Vec<u32> { (0..rows).map(|row| [1, 0, 3, u32::MAX][row % 4]).collect() });
            let layer = Layer {
                rows,
                terms: (0..3)
                    .map(|term| Term::dense(read[term], widths[read[term]], &weights[term], &gains[term]))
                    .collect(),
                offsets: (0..rows).map(|_| numbers.next()).collect(),
                tables: None,
            };
            let expected = combine_plainly(&weights, &gains, &layer, &edges, samples);
            let edges = [0, 1].map(|edge| Some(panels(samples, widths[edge], &edges[edge])));
            let got = combine(&layer, &edges, samples, DIMENSION);
            assert_eq!(got, panels(samples, rows, &expected));
            let listed: Vec<Vec<u64>> = got.ciphertexts().map(Iterator::collect).collect();
            assert_eq!(listed, expected);
        }
    }
}
