//! General matrix multiplication. The twin of assembly/gemm.ts with tiles as wide as the machine's vectors: the inner
//! dimension in slices of `SLICE`, rows in blocks that stay in the second-level cache, and tiles of sums in registers that
//! read both operands from packed, contiguous panels (Goto & van de Geijn 2008).

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{__m256, __m512};
use std::cell::RefCell;

use napi::bindgen_prelude::Float32ArraySlice;
use napi_derive::napi;

use crate::registers::{Registers, registers};
use crate::vector::Vector;

/// Inner elements a slice. A part of what is computed, not only of how: see gemm-scalar.ts.
const SLICE: usize = 256;
/// Rows that are packed at once.
const BLOCK_ROWS: usize = 240;

/// What a product is added to.
#[derive(Clone, Copy, PartialEq)]
enum Start {
    Nothing,
    /// What `out` holds.
    Out,
    /// One row for all rows.
    Row,
}

/// A matrix as it is stored: element (i, l) of the operation at `i · row + l · step`.
#[derive(Clone, Copy)]
struct Operand<'a> {
    data: &'a [f32],
    row: usize,
    step: usize,
}

impl<'a> Operand<'a> {
    /// A matrix of `length` numbers a row, read along its rows or its columns.
    fn new(data: &'a [f32], length: usize, along_columns: bool) -> Self {
        let (row, step) = if along_columns { (1, length) } else { (length, 1) };
        Operand { data, row, step }
    }

    #[inline(always)]
    fn line(&self, i: usize, first: usize, depth: usize) -> &'a [f32] {
        &self.data[i * self.row + first..][..depth]
    }
}

/// `[m, k] · [k, n]` and what it is added to; the rows of `b` are columns of the right operand.
#[derive(Clone, Copy)]
struct Product<'a> {
    m: usize,
    n: usize,
    k: usize,
    a: Operand<'a>,
    b: Operand<'a>,
    start: Start,
    row: &'a [f32],
}

thread_local! {
    static SCRATCH: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// out = op(a) · op(b) + start; see `gemm` in gemm.ts. `mode`: 0 for nothing, 1 for what `out` holds, 2 for `row`.
/// Gives false, and does nothing, where a slice is shorter than the sizes say.
#[napi]
#[allow(clippy::too_many_arguments)] // One call a product: an object of options would cost more than small products.
pub fn gemm(
    transpose_a: bool,
    transpose_b: bool,
    m: u32,
    n: u32,
    k: u32,
    a: &[f32],
    b: &[f32],
    mut out: Float32ArraySlice,
    row: &[f32],
    mode: u32,
) -> bool {
    // SAFETY: JavaScript runs nothing until this returns, and the caller passes an `out` that overlaps no operand.
    let out = unsafe { out.as_mut() };
    let (m, n, k) = (m as usize, n as usize, k as usize);
    let start = match mode {
        0 => Start::Nothing,
        1 => Start::Out,
        _ => Start::Row,
    };
    if a.len() < m * k || b.len() < k * n || out.len() < m * n || (start == Start::Row && row.len() < n) {
        return false;
    }
    let product = Product {
        m,
        n,
        k,
        a: Operand::new(a, if transpose_a { m } else { k }, transpose_a),
        b: Operand::new(b, if transpose_b { k } else { n }, !transpose_b),
        start,
        row,
    };
    SCRATCH.with_borrow_mut(|scratch| dispatch(product, out, scratch));
    true
}

/// Sums of the columns of `[rows, columns]` in double precision, in ascending order, rounded to float32 at the end.
#[napi]
pub fn column_sums(data: &[f32], columns: u32, mut sums: Float32ArraySlice) -> bool {
    // SAFETY: as in `gemm`.
    let sums = unsafe { sums.as_mut() };
    let columns = columns as usize;
    if columns == 0 || sums.len() < columns {
        return false;
    }
    let mut totals = vec![0f64; columns];
    for row in data.chunks_exact(columns) {
        for (total, value) in totals.iter_mut().zip(row) {
            *total += f64::from(*value);
        }
    }
    for (sum, total) in sums.iter_mut().zip(&totals) {
        *sum = *total as f32;
    }
    true
}

fn dispatch(product: Product, out: &mut [f32], scratch: &mut Vec<f32>) {
    match registers() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the processor has what the function is compiled for.
        Registers::Avx512 => unsafe { multiply_avx512(product, out, scratch) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the processor has what the function is compiled for.
        Registers::Avx2 => unsafe { multiply_avx2(product, out, scratch) },
        Registers::Smallest => multiply::<[f32; 4], 4, 8, 4>(product, out, scratch),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl")]
fn multiply_avx512(product: Product, out: &mut [f32], scratch: &mut Vec<f32>) {
    multiply::<__m512, 8, 32, 16>(product, out, scratch);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn multiply_avx2(product: Product, out: &mut [f32], scratch: &mut Vec<f32>) {
    multiply::<__m256, 4, 16, 8>(product, out, scratch);
}

/// Tiles of ROWS × WIDE sums, and of ROWS × NARROW where the remaining columns fit these: two registers, and one.
#[inline(always)]
fn multiply<V: Vector, const ROWS: usize, const WIDE: usize, const NARROW: usize>(
    product: Product,
    out: &mut [f32],
    scratch: &mut Vec<f32>,
) {
    let Product {
        m, n, k, a, b, start, ..
    } = product;
    scratch.resize((BLOCK_ROWS + WIDE) * SLICE, 0.0);
    let (panels_a, panel_b) = scratch.split_at_mut(BLOCK_ROWS * SLICE);
    for first in (0..k).step_by(SLICE) {
        let depth = SLICE.min(k - first);
        for top in (0..m).step_by(BLOCK_ROWS) {
            let rows = BLOCK_ROWS.min(m - top);
            if a.step != 1 {
                let panels = panels_a.chunks_exact_mut(ROWS * depth).take(rows.div_ceil(ROWS));
                for (index, panel) in panels.enumerate() {
                    pack::<ROWS>(panel, a, top + index * ROWS, m, first);
                }
            }
            for left in (0..n).step_by(WIDE) {
                let place = Place {
                    top,
                    rows,
                    left,
                    columns: WIDE.min(n - left),
                    first,
                    depth,
                    start: if first == 0 { start } else { Start::Out },
                };
                if place.columns <= NARROW {
                    pack::<NARROW>(&mut panel_b[..NARROW * depth], b, left, n, first);
                    column_of_tiles::<V, ROWS, NARROW, 1>(product, place, panels_a, panel_b, out);
                } else {
                    pack::<WIDE>(&mut panel_b[..WIDE * depth], b, left, n, first);
                    column_of_tiles::<V, ROWS, WIDE, 2>(product, place, panels_a, panel_b, out);
                }
            }
        }
    }
}

/// Which rows and columns of the result, and which slice of the inner dimension.
#[derive(Clone, Copy)]
struct Place {
    top: usize,
    rows: usize,
    left: usize,
    columns: usize,
    first: usize,
    depth: usize,
    start: Start,
}

/// Rows of the left operand are read as they lie where they are contiguous, else from panels.
#[inline(always)]
fn column_of_tiles<V: Vector, const ROWS: usize, const COLUMNS: usize, const VECTORS: usize>(
    product: Product,
    place: Place,
    panels_a: &[f32],
    panel_b: &[f32],
    out: &mut [f32],
) {
    let Place {
        top,
        rows,
        first,
        depth,
        ..
    } = place;
    let mut sums = [[0f32; COLUMNS]; ROWS];
    for from in (0..rows).step_by(ROWS) {
        if product.a.step == 1 {
            // Rows beyond the last repeat it; what they give is not stored.
            let row = |i: usize| top + (from + i).min(rows - 1);
            let lines: [&[f32]; ROWS] = std::array::from_fn(|i| product.a.line(row(i), first, depth));
            tile::<V, ROWS, VECTORS>(|l, i| lines[i][l], depth, panel_b, &mut sums);
        } else {
            let (panel, _) = panels_a[from * depth..][..ROWS * depth].as_chunks::<ROWS>();
            tile::<V, ROWS, VECTORS>(|l, i| panel[l][i], depth, panel_b, &mut sums);
        }
        for (i, sums) in sums.iter().enumerate().take(rows - from) {
            let to = (top + from + i) * product.n + place.left;
            store(&mut out[to..to + place.columns], sums, product.row, place);
        }
    }
}

#[inline(always)]
fn store(target: &mut [f32], sums: &[f32], row: &[f32], place: Place) {
    match place.start {
        Start::Nothing => target.copy_from_slice(&sums[..target.len()]),
        Start::Out => {
            for (target, sum) in target.iter_mut().zip(sums) {
                *target += sum;
            }
        }
        Start::Row => {
            for ((target, sum), row) in target.iter_mut().zip(sums).zip(&row[place.left..]) {
                *target = row + sum;
            }
        }
    }
}

/// Rows `top` and on of an operand as a panel: element (i, l) goes to `l · COUNT + i`; what lies in
/// rows beyond the last is never used.
#[inline(always)]
fn pack<const COUNT: usize>(panel: &mut [f32], from: Operand, top: usize, total: usize, first: usize) {
    let count = COUNT.min(total - top);
    let (columns, _) = panel.as_chunks_mut::<COUNT>();
    if from.row == 1 {
        for (l, column) in columns.iter_mut().enumerate() {
            let at = top + (first + l) * from.step;
            column[..count].copy_from_slice(&from.data[at..at + count]);
        }
        return;
    }
    let depth = columns.len();
    for i in (0..COUNT).step_by(4) {
        let line = |j: usize| from.line(top + (i + j).min(count - 1), first, depth);
        transpose_four([line(0), line(1), line(2), line(3)], columns, i);
    }
}

/// Four lines become four neighboring lanes, from lane `i`, of all columns.
#[inline(always)]
fn transpose_four<const COUNT: usize>(lines: [&[f32]; 4], columns: &mut [[f32; COUNT]], i: usize) {
    let (blocks, rest) = columns.as_chunks_mut::<4>();
    let depth = blocks.len() * 4;
    let [a, b, c, d] = lines.map(|line| line.as_chunks::<4>().0);
    for ((((block, a), b), c), d) in blocks.iter_mut().zip(a).zip(b).zip(c).zip(d) {
        for x in 0..4 {
            block[x][i..i + 4].copy_from_slice(&[a[x], b[x], c[x], d[x]]);
        }
    }
    for (l, column) in rest.iter_mut().enumerate() {
        for (lane, line) in column[i..i + 4].iter_mut().zip(&lines) {
            *lane = line[depth + l];
        }
    }
}

/// The sums over one slice, from zero, in ascending order; they stay in registers until the end.
#[inline(always)]
fn tile<V: Vector, const ROWS: usize, const VECTORS: usize>(
    factor: impl Fn(usize, usize) -> f32,
    depth: usize,
    panel_b: &[f32],
    to: &mut [impl AsMut<[f32]>],
) {
    let mut sums = [[V::zero(); VECTORS]; ROWS];
    for (l, b) in panel_b.chunks_exact(VECTORS * V::LANES).take(depth).enumerate() {
        let mut row = [V::zero(); VECTORS];
        for (j, value) in row.iter_mut().enumerate() {
            *value = V::load(&b[j * V::LANES..]);
        }
        for (i, sums) in sums.iter_mut().enumerate() {
            let factor = V::splat(factor(l, i));
            for j in 0..VECTORS {
                sums[j] = sums[j].add(factor.mul(row[j]));
            }
        }
    }
    for (to, sums) in to.iter_mut().zip(&sums) {
        for (j, sum) in sums.iter().enumerate() {
            sum.store(&mut to.as_mut()[j * V::LANES..]);
        }
    }
}
