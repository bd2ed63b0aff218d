//! The server circuit: layers of integer rows over edges of ciphertexts, checked once when it is loaded.

use serde::Deserialize;
use serde_bytes::Bytes;

use crate::bytes;
use crate::envelope::{self, Hash, Kind};
use crate::error::{EngineError, Mismatch};
use crate::linear::Group;
use crate::message;
use crate::parameters::Parameters;

/// Most memory that the ciphertexts of one sample may take.
const MAX_SAMPLE_BYTES: u64 = 4 << 30;

/// A circuit whose every dimension has been checked.
#[derive(Debug)]
pub struct ServerCircuit {
    hash: Hash,
    parameters: Parameters,
    inputs: usize,
    response_bits: Option<u32>,
    layers: Vec<Layer>,
}

/// Rows `phase_k = offsets[k] + Σ_terms gains[k] · Σ_i weights[k, i] · edge[i]`, each read by its table or put out.
#[derive(Debug)]
pub(crate) struct Layer {
    pub rows: usize,
    pub terms: Vec<Term>,
    pub offsets: Vec<u64>,
    /// None in the last layer alone.
    pub tables: Option<Tables>,
}

/// What one earlier edge contributes to the rows of a layer: per row, groups of weights of one size each.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub edge: usize,
    groups: Vec<Group>,
    /// Those of the positive weights of a row's first group, of its negative ones, of the next group, of the next row.
    columns: Vec<u32>,
    /// Where the groups and columns of each row end.
    ends: Vec<(usize, usize)>,
}

impl Term {
    fn new(edge: usize, rows: usize) -> Self {
        Self {
            edge,
            groups: Vec::new(),
            columns: Vec::new(),
            ends: Vec::with_capacity(rows),
        }
    }

    /// Adds a row of weights, each with its column.
    fn push_row(&mut self, gain: u32, weights: impl Iterator<Item = (u32, i32)>) {
        let mut weights: Vec<(u32, i32)> = weights.filter(|(_, weight)| *weight != 0).collect();
        weights.sort_unstable_by_key(|(column, weight)| (weight.unsigned_abs(), *weight < 0, *column));
        let is_same_size = |a: &(u32, i32), b: &(u32, i32)| a.1.unsigned_abs() == b.1.unsigned_abs();
        for group in weights.chunk_by(is_same_size) {
            let size = group.first().map_or(0, |(_, weight)| weight.unsigned_abs());
            let positive = group.iter().filter(|(_, weight)| *weight > 0).count() as u32;
            self.groups.push(Group {
                factor: u64::from(gain) * u64::from(size),
                positive,
                negative: group.len() as u32 - positive,
            });
        }
        self.columns.extend(weights.iter().map(|(column, _)| *column));
        self.ends.push((self.groups.len(), self.columns.len()));
    }

    /// The groups of a row, and the columns that they take one after the other.
    pub(crate) fn row(&self, row: usize) -> (&[Group], &[u32]) {
        let start = row.checked_sub(1).and_then(|before| self.ends.get(before));
        let (groups, columns) = start.copied().unwrap_or_default();
        let (groups_end, columns_end) = self.ends.get(row).copied().unwrap_or_default();
        (
            self.groups.get(groups..groups_end).unwrap_or_default(),
            self.columns.get(columns..columns_end).unwrap_or_default(),
        )
    }

    #[cfg(test)]
    pub(crate) fn dense(edge: usize, columns: usize, weights: &[i32], gains: &[u32]) -> Self {
        let mut term = Self::new(edge, gains.len());
        for (weights, gain) in weights.chunks_exact(columns).zip(gains) {
            term.push_row(*gain, (0..).zip(weights.iter().copied()));
        }
        term
    }
}

/// Tables of N / boxes neighbouring positions of the blind rotation for each entry.
#[derive(Debug)]
pub(crate) struct Tables {
    boxes: usize,
    /// `[tables, boxes]`
    values: Vec<u64>,
    /// The table of each row; empty where row `k` reads table `k`.
    table_of: Vec<u32>,
}

impl Tables {
    pub(crate) fn row(&self, row: usize) -> &[u64] {
        let table = self.table_of.get(row).map_or(row, |table| *table as usize);
        let start = table * self.boxes;
        self.values.get(start..start + self.boxes).unwrap_or_default()
    }

    /// One table for `rows` rows.
    #[cfg(test)]
    pub(crate) fn shared(values: Vec<u64>, rows: usize) -> Self {
        Self {
            boxes: values.len(),
            values,
            table_of: vec![0; rows],
        }
    }
}

impl ServerCircuit {
    /// Opens and checks the envelope of a server circuit.
    ///
    /// # Errors
    /// Those of [`envelope::open`], `CIRCUIT_INVALID`, `PARAMETERS_UNSUPPORTED` and `PARAMETERS_INSECURE`.
    pub fn load(bytes: &[u8]) -> Result<Self, EngineError> {
        let circuit = Self::load_unproven(bytes)?;
        circuit.parameters.check_security()?;
        Ok(circuit)
    }

    /// [`ServerCircuit::load`] without the security floor, so that unit tests can use keys that are made in a moment.
    #[cfg(test)]
    pub(crate) fn load_test_only_insecure(bytes: &[u8]) -> Result<Self, EngineError> {
        Self::load_unproven(bytes)
    }

    fn load_unproven(bytes: &[u8]) -> Result<Self, EngineError> {
        let (hash, payload) = envelope::open(bytes, Kind::ServerCircuit)?;
        let message: CircuitMessage = message::decode(payload)
            .map_err(|reason| invalid("The payload", reason, "the map of a server circuit"))?;
        let format = Format::read(message.format)?;
        message.parameters.check_range()?;
        let inputs = check_size("inputs", message.inputs)?;
        let response_bits = format.response_bits(message.response_bits)?;
        let layers = read_layers(message.layers, inputs, format, &message.parameters)?;
        let circuit = Self {
            hash,
            parameters: message.parameters,
            inputs,
            response_bits,
            layers,
        };
        if circuit.sample_bytes() > MAX_SAMPLE_BYTES {
            return Err(invalid(
                "The memory that one sample takes",
                format!("{} bytes", circuit.sample_bytes()),
                format!("at most {MAX_SAMPLE_BYTES} bytes"),
            ));
        }
        Ok(circuit)
    }

    pub fn hash(&self) -> &Hash {
        &self.hash
    }

    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Ciphertexts that one sample brings.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Ciphertexts that one sample's response holds.
    pub fn outputs(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.rows)
    }

    /// Programmable bootstraps of one sample: the rows that have a table.
    pub fn bootstraps(&self) -> usize {
        self.layers
            .iter()
            .filter(|layer| layer.tables.is_some())
            .map(|layer| layer.rows)
            .sum()
    }

    /// Bits of each word that travel back; none where the circuit is of format 1, whose responses do not tell.
    pub(crate) fn response_bits(&self) -> Option<u32> {
        self.response_bits
    }

    pub(crate) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The last layer that reads an edge, counted from 1; 0 for an edge that none reads.
    pub(crate) fn last_reader(&self, edge: usize) -> usize {
        let reads = |layer: &Layer| layer.terms.iter().any(|term| term.edge == edge);
        self.layers.iter().rposition(reads).map_or(0, |layer| layer + 1)
    }

    /// Most bytes of ciphertexts of one sample that exist at the same time: each edge lives until its last reader is done.
    pub(crate) fn sample_bytes(&self) -> u64 {
        let widths: Vec<usize> = std::iter::once(self.inputs)
            .chain(self.layers.iter().map(|layer| layer.rows))
            .collect();
        let lives: Vec<usize> = (0..widths.len())
            .map(|edge| self.last_reader(edge).max(edge))
            .collect();
        let alive = |layer: usize| {
            let edges = widths.iter().zip(&lives).enumerate();
            edges
                .filter(|(edge, (_, last))| *edge <= layer && layer <= **last)
                .map(|(_, (width, _))| *width as u64)
                .sum::<u64>()
        };
        let most = (0..widths.len()).map(alive).max().unwrap_or(0);
        most * self.parameters.ciphertext_words() as u64 * 8
    }
}

/// The payload as it is written: format 2, or format 1, which lacks what is optional here.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CircuitMessage<'a> {
    format: Option<u64>,
    parameters: Parameters,
    inputs: u64,
    response_bits: Option<u64>,
    #[serde(borrow)]
    layers: Vec<LayerMessage<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct LayerMessage<'a> {
    rows: u64,
    #[serde(borrow)]
    terms: Vec<TermMessage<'a>>,
    #[serde(borrow)]
    offsets: &'a Bytes,
    #[serde(borrow)]
    tables: &'a Bytes,
    boxes: u64,
    #[serde(borrow)]
    table_of: Option<&'a Bytes>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct TermMessage<'a> {
    edge: u64,
    columns: u64,
    #[serde(borrow)]
    weights: &'a Bytes,
    #[serde(borrow)]
    gains: &'a Bytes,
    weight_bytes: Option<u64>,
    column_bytes: Option<u64>,
    #[serde(borrow)]
    counts: Option<&'a Bytes>,
    #[serde(borrow)]
    indices: Option<&'a Bytes>,
}

/// Which of the documented forms a payload has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    One,
    Two,
}

impl Format {
    fn read(format: Option<u64>) -> Result<Self, EngineError> {
        match format {
            None => Ok(Self::One),
            Some(2) => Ok(Self::Two),
            Some(other) => Err(invalid("format", other, "2, or none for format 1")),
        }
    }

    /// A field that format 2 has and format 1 has not.
    fn field<T>(self, path: &str, got: Option<T>, one: T) -> Result<T, EngineError> {
        match (self, got) {
            (Self::One, None) => Ok(one),
            (Self::Two, Some(got)) => Ok(got),
            (Self::One, Some(_)) => Err(invalid(path, "there", "only in format 2")),
            (Self::Two, None) => Err(invalid(path, "missing", "there in format 2")),
        }
    }

    fn response_bits(self, got: Option<u64>) -> Result<Option<u32>, EngineError> {
        let bits = self.field("responseBits", got, 64)?;
        match u32::try_from(bits) {
            Ok(bits @ 1..=64) => Ok(Some(bits).filter(|_| self == Self::Two)),
            _ => Err(invalid("responseBits", bits, "1 to 64")),
        }
    }
}

fn read_layers(
    messages: Vec<LayerMessage<'_>>,
    inputs: usize,
    format: Format,
    parameters: &Parameters,
) -> Result<Vec<Layer>, EngineError> {
    if messages.is_empty() {
        return Err(invalid("layers", "empty", "at least one layer"));
    }
    let count = messages.len();
    // Width of every edge that the layer at hand may read.
    let mut widths = vec![inputs];
    let mut layers = Vec::with_capacity(count);
    for (index, message) in messages.into_iter().enumerate() {
        let path = format!("layers[{index}]");
        let rows = check_size(&format!("{path}.rows"), message.rows)?;
        check_bytes(&format!("{path}.offsets"), message.offsets, rows, 1, 8)?;
        let mut terms = Vec::new();
        for (index, term) in message.terms.iter().enumerate() {
            terms.push(read_term(
                &format!("{path}.terms[{index}]"),
                term,
                rows,
                &widths,
                format,
            )?);
        }
        let is_last = index + 1 == count;
        layers.push(Layer {
            rows,
            terms,
            offsets: bytes::to_u64(message.offsets),
            tables: read_tables(&path, &message, rows, is_last, format, parameters)?,
        });
        widths.push(rows);
    }
    Ok(layers)
}

fn read_term(
    path: &str,
    message: &TermMessage<'_>,
    rows: usize,
    widths: &[usize],
    format: Format,
) -> Result<Term, EngineError> {
    let found = usize::try_from(message.edge)
        .ok()
        .and_then(|edge| Some((edge, *widths.get(edge)?)));
    let Some((edge, width)) = found else {
        return Err(invalid(
            format!("{path}.edge"),
            message.edge,
            format!("an edge before this layer, 0 to {}", widths.len() - 1),
        ));
    };
    if message.columns != width as u64 {
        return Err(invalid(
            format!("{path}.columns"),
            message.columns,
            format!("{width}, the width of edge {edge}"),
        ));
    }
    check_bytes(&format!("{path}.gains"), message.gains, rows, 1, 4)?;
    let gains = bytes::to_u32(message.gains);
    let counts = format.field(&format!("{path}.counts"), message.counts, Bytes::new(&[]))?;
    let indices = format.field(&format!("{path}.indices"), message.indices, Bytes::new(&[]))?;
    let mut term = Term::new(edge, rows);
    match format.field(&format!("{path}.columnBytes"), message.column_bytes, 0)? {
        0 => {
            check_bytes(&format!("{path}.counts"), counts, 0, 0, 4)?;
            check_bytes(&format!("{path}.indices"), indices, 0, 0, 4)?;
            let weights = read_weights(path, message, format, rows, width)?;
            for (weights, gain) in weights.chunks_exact(width).zip(gains) {
                term.push_row(gain, (0..).zip(weights.iter().copied()));
            }
        }
        column_bytes => {
            check_bytes(&format!("{path}.counts"), counts, rows, 1, 4)?;
            let counts = bytes::to_u32(counts);
            let entries = counts.iter().map(|count| *count as usize).sum();
            let columns = read_indices(path, column_bytes, indices, entries)?;
            let weights = read_weights(path, message, format, entries, 1)?;
            let (mut columns, mut weights) = (columns.as_slice(), weights.as_slice());
            for (count, gain) in counts.into_iter().zip(gains) {
                let (row_columns, rest) = columns.split_at(columns.len().min(count as usize));
                check_columns(path, row_columns, width)?;
                let (row_weights, other) = weights.split_at(weights.len().min(count as usize));
                term.push_row(gain, row_columns.iter().copied().zip(row_weights.iter().copied()));
                (columns, weights) = (rest, other);
            }
        }
    }
    Ok(term)
}

fn read_weights(
    path: &str,
    message: &TermMessage<'_>,
    format: Format,
    rows: usize,
    columns: usize,
) -> Result<Vec<i32>, EngineError> {
    let word = format.field(&format!("{path}.weightBytes"), message.weight_bytes, 4)?;
    let check = |word| check_bytes(&format!("{path}.weights"), message.weights, rows, columns, word);
    match word {
        1 => check(1).map(|()| bytes::to_i8(message.weights).map(i32::from).collect()),
        2 => check(2).map(|()| bytes::to_i16(message.weights).map(i32::from).collect()),
        4 => check(4).map(|()| bytes::to_i32(message.weights)),
        _ => Err(invalid(format!("{path}.weightBytes"), word, "1, 2 or 4")),
    }
}

fn read_indices(path: &str, word: u64, indices: &[u8], entries: usize) -> Result<Vec<u32>, EngineError> {
    let check = |word| check_bytes(&format!("{path}.indices"), indices, entries, 1, word);
    match word {
        2 => check(2).map(|()| bytes::to_u16(indices).map(u32::from).collect()),
        4 => check(4).map(|()| bytes::to_u32(indices)),
        _ => Err(invalid(format!("{path}.columnBytes"), word, "0, 2 or 4")),
    }
}

/// The columns of one row ascend and lie inside the edge.
fn check_columns(path: &str, columns: &[u32], width: usize) -> Result<(), EngineError> {
    let is_inside = columns.last().is_none_or(|last| (*last as usize) < width);
    if is_inside && columns.is_sorted_by(|a, b| a < b) {
        return Ok(());
    }
    let expected = format!("rising columns below {width} in each row");
    Err(invalid(
        format!("{path}.indices"),
        "out of order or range",
        expected,
    ))
}

fn read_tables(
    path: &str,
    message: &LayerMessage<'_>,
    rows: usize,
    is_last: bool,
    format: Format,
    parameters: &Parameters,
) -> Result<Option<Tables>, EngineError> {
    let table_of_path = format!("{path}.tableOf");
    let table_of = format.field(&table_of_path, message.table_of, Bytes::new(&[]))?;
    if is_last {
        if message.boxes != 0 {
            return Err(invalid(
                format!("{path}.boxes"),
                message.boxes,
                "0 in the last layer",
            ));
        }
        check_bytes(&format!("{path}.tables"), message.tables, 0, 0, 8)?;
        check_bytes(&table_of_path, table_of, 0, 0, 4)?;
        return Ok(None);
    }
    let most = parameters.polynomial_size;
    let boxes = usize::try_from(message.boxes)
        .ok()
        .filter(|boxes| boxes.is_power_of_two() && *boxes <= most);
    let Some(boxes) = boxes else {
        return Err(invalid(
            format!("{path}.boxes"),
            message.boxes,
            format!("a power of two, at most {most}"),
        ));
    };
    let word = if format == Format::One { 8 } else { 4 };
    let tables = if table_of.is_empty() {
        rows
    } else {
        message.tables.len() / (word * boxes)
    };
    check_bytes(&format!("{path}.tables"), message.tables, tables, boxes, word)?;
    if !table_of.is_empty() {
        check_bytes(&table_of_path, table_of, rows, 1, 4)?;
    }
    let table_of = bytes::to_u32(table_of);
    if let Some(table) = table_of.iter().find(|table| **table as usize >= tables) {
        return Err(invalid(
            table_of_path,
            table,
            format!("a table, 0 to {tables} exclusive"),
        ));
    }
    let values = match format {
        Format::One => bytes::to_u64(message.tables),
        Format::Two => bytes::to_u32(message.tables)
            .into_iter()
            .map(|entry| u64::from(entry) << 32)
            .collect(),
    };
    Ok(Some(Tables {
        boxes,
        values,
        table_of,
    }))
}

/// Counts are at least 1 and small enough that products of two of them fit.
fn check_size(what: &str, got: u64) -> Result<usize, EngineError> {
    const MOST: u64 = 1 << 24;
    match usize::try_from(got) {
        Ok(size) if (1..=MOST).contains(&got) => Ok(size),
        _ => Err(invalid(what, got, format!("1 to {MOST}"))),
    }
}

fn check_bytes(what: &str, got: &[u8], rows: usize, columns: usize, word: usize) -> Result<(), EngineError> {
    let expected = rows
        .checked_mul(columns)
        .and_then(|words| words.checked_mul(word));
    if expected == Some(got.len()) {
        Ok(())
    } else {
        Err(invalid(
            what,
            format!("{} bytes", got.len()),
            format!("{rows} · {columns} words of {word} bytes"),
        ))
    }
}

fn invalid(
    what: impl Into<String>,
    got: impl std::fmt::Display,
    expected: impl std::fmt::Display,
) -> EngineError {
    EngineError::CircuitInvalid(Mismatch::new(what, got, expected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{CircuitSpec, FormSpec, LayerSpec, REAL, TermSpec, code_of, pack, seal_circuit};
    use serde_bytes::ByteBuf;

    /// Two inputs, three rows with tables of four boxes, one output that reads both edges.
    fn spec() -> CircuitSpec {
        let hidden = TermSpec::new(0, 2, &[1, -1, 2, 0, 0, 3], &[1, 2, 1]);
        let read = TermSpec::new(1, 3, &[1, 1, -1], &[1]);
        let skip = TermSpec::new(0, 2, &[5, 0], &[1]);
        CircuitSpec::new(
            REAL,
            2,
            vec![
                LayerSpec::new(vec![hidden], &[0, 1 << 60, 7], 4, &[9; 12]),
                LayerSpec::new(vec![read, skip], &[0], 0, &[]),
            ],
        )
    }

    #[test]
    fn a_circuit_tells_its_counts() {
        let circuit = ServerCircuit::load(&spec().seal()).unwrap();
        assert_eq!(
            (circuit.inputs(), circuit.outputs(), circuit.bootstraps()),
            (2, 1, 3)
        );
        assert_eq!(circuit.parameters(), &REAL);
        assert_eq!(circuit.layers()[0].tables.as_ref().unwrap().row(2), [9; 4]);
    }

    #[test]
    fn inconsistent_dimensions_are_refused_by_name() {
        type Change = fn(&mut CircuitSpec);
        let cases: [(&str, Change); 24] = [
            ("inputs", |c| c.inputs = 0),
            ("inputs", |c| c.inputs = u64::MAX),
            ("layers[0].terms[0].columns", |c| c.inputs = 3),
            ("layers", |c| c.layers.clear()),
            ("layers[0].rows", |c| c.layers[0].rows = 0),
            ("layers[0].rows", |c| c.layers[0].rows = u64::MAX),
            ("layers[0].offsets", |c| c.layers[0].rows = 2),
            ("layers[0].offsets", |c| c.layers[0].offsets = ByteBuf::new()),
            ("layers[0].terms[0].edge", |c| c.layers[0].terms[0].edge = 1),
            ("layers[1].terms[0].edge", |c| c.layers[1].terms[0].edge = 2),
            ("layers[1].terms[0].edge", |c| {
                c.layers[1].terms[0].edge = u64::MAX
            }),
            ("layers[1].terms[0].columns", |c| {
                c.layers[1].terms[0].columns = u64::MAX
            }),
            ("layers[0].terms[0].weights", |c| {
                c.layers[0].terms[0].weights.pop();
            }),
            ("layers[0].terms[0].gains", |c| {
                c.layers[0].terms[0].gains.extend([0; 4])
            }),
            ("layers[0].boxes", |c| c.layers[0].boxes = 0),
            ("layers[0].boxes", |c| c.layers[0].boxes = 3),
            ("layers[0].boxes", |c| c.layers[0].boxes = 2048),
            ("layers[0].boxes", |c| c.layers[0].boxes = 1 << 63),
            ("layers[0].tables", |c| c.layers[0].boxes = 8),
            ("layers[0].tables", |c| c.layers[0].tables = ByteBuf::new()),
            ("layers[1].boxes", |c| c.layers[1].boxes = 4),
            ("layers[1].tables", |c| {
                c.layers[1].tables = pack(&[1_u64; 4], |entry| entry.to_le_bytes())
            }),
            ("layers[0].boxes", |c| {
                c.layers.remove(1);
            }),
            ("layers[1].boxes", |c| {
                let hidden = c.layers[1].clone();
                c.layers.push(hidden);
            }),
        ];
        for (what, change) in cases {
            let mut changed = spec();
            change(&mut changed);
            let error = ServerCircuit::load(&changed.seal()).unwrap_err();
            assert_eq!(error.code(), "CIRCUIT_INVALID");
            assert_eq!(error.mismatch().unwrap().what, what);
        }
    }

    #[test]
    fn all_forms_of_the_same_weights_are_one_circuit() {
        let plain = ServerCircuit::load(&spec().seal()).unwrap();
        let forms: [fn(&mut TermSpec); 5] = [
            |term| term.narrow(1),
            |term| term.narrow(2),
            |term| term.narrow(4),
            |term| term.thin(1, 2),
            |term| term.thin(4, 4),
        ];
        for form in forms {
            let mut written = spec().into_format_2(16);
            for (layer, plain) in written.layers.iter_mut().zip(spec().layers) {
                layer.terms = plain.terms;
                layer.terms.iter_mut().for_each(form);
            }
            let circuit = ServerCircuit::load(&written.seal()).unwrap();
            assert_eq!(circuit.response_bits(), Some(16));
            for (layer, plain) in circuit.layers().iter().zip(plain.layers()) {
                assert_eq!(layer.terms, plain.terms);
                assert_eq!(layer.offsets, plain.offsets);
            }
        }
        assert_eq!(plain.response_bits(), None);
    }

    #[test]
    fn rows_read_the_table_that_they_name() {
        let mut spec = spec().into_format_2(64);
        let tables: Vec<u32> = (0..8).collect();
        spec.layers[0].tables = pack(&tables, |entry| entry.to_le_bytes());
        spec.layers[0].table_of = Some(pack(&[1_u32, 0, 1], |table| table.to_le_bytes()));
        let circuit = ServerCircuit::load(&spec.seal()).unwrap();
        let tables = circuit.layers()[0].tables.as_ref().unwrap();
        let entries = |row| {
            tables
                .row(row)
                .iter()
                .map(|entry| entry >> 32)
                .collect::<Vec<_>>()
        };
        assert_eq!([0, 1, 2].map(entries), [[4, 5, 6, 7], [0, 1, 2, 3], [4, 5, 6, 7]]);
    }

    #[test]
    fn wrong_fields_of_format_2_are_refused_by_name() {
        type Change = fn(&mut CircuitSpec);
        let cases: [(&str, Change); 16] = [
            ("format", |c| c.format = Some(3)),
            ("responseBits", |c| c.format = None),
            ("responseBits", |c| c.response_bits = None),
            ("responseBits", |c| c.response_bits = Some(0)),
            ("responseBits", |c| c.response_bits = Some(65)),
            ("layers[0].tableOf", |c| c.layers[0].table_of = None),
            ("layers[0].tableOf", |c| {
                c.layers[0].table_of = Some(pack(&[0_u32, 1, 3], |table| table.to_le_bytes()));
            }),
            ("layers[0].tableOf", |c| {
                c.layers[0].table_of = Some(ByteBuf::from([0; 8]))
            }),
            ("layers[1].tableOf", |c| {
                c.layers[1].table_of = Some(ByteBuf::from([0; 4]))
            }),
            ("layers[0].terms[0].counts", |c| c.layers[0].terms[0].form = None),
            ("layers[0].terms[0].weightBytes", |c| form(c).weight_bytes = 3),
            ("layers[0].terms[0].columnBytes", |c| form(c).column_bytes = 1),
            ("layers[0].terms[0].counts", |c| {
                form(c).counts = ByteBuf::from([255; 12])
            }),
            ("layers[0].terms[0].indices", |c| form(c).indices = ByteBuf::new()),
            ("layers[0].terms[0].indices", |c| form(c).indices[0] = 2),
            ("layers[0].terms[0].indices", |c| form(c).indices[0] = 1),
        ];
        for (what, change) in cases {
            let mut changed = spec().into_format_2(64);
            changed.layers[0].terms = spec().layers[0].terms.clone();
            changed.layers[0].terms[0].thin(1, 2);
            assert_eq!(code_of(ServerCircuit::load(&changed.seal())), "accepted");
            change(&mut changed);
            let error = ServerCircuit::load(&changed.seal()).unwrap_err();
            assert_eq!(error.code(), "CIRCUIT_INVALID");
            let got = error.mismatch().unwrap();
            // Counts of four billion make the indices too few, which is noticed first.
            assert!(
                got.what == what || got.what.ends_with("indices"),
                "{what}: {}",
                got.what
            );
        }
    }

    fn form(circuit: &mut CircuitSpec) -> &mut FormSpec {
        circuit.layers[0].terms[0].form.as_mut().unwrap()
    }

    #[test]
    fn unsupported_and_insecure_parameters_are_refused() {
        let mut unsupported = spec();
        unsupported.parameters.polynomial_size = 1 << 40;
        let result = ServerCircuit::load(&unsupported.seal());
        assert_eq!(code_of(result), "PARAMETERS_UNSUPPORTED");
        let mut insecure = spec();
        insecure.parameters.lwe_noise *= 0.5; // That of REAL is on the 132-bit curve, 1.6 times the 128-bit one.
        let result = ServerCircuit::load(&insecure.seal());
        assert_eq!(code_of(result), "PARAMETERS_INSECURE");
    }

    #[test]
    fn a_payload_that_is_no_circuit_is_refused() {
        let whole = spec().payload();
        for length in 0..whole.len() {
            let result = ServerCircuit::load(&seal_circuit(&whole[..length]));
            assert_eq!(code_of(result), "CIRCUIT_INVALID", "cut at {length}");
        }
        let mut longer = whole.clone();
        longer.push(0x90);
        // A map of 4 billion entries, an array of 4 billion, a string of 4 billion bytes, deep nesting, nothing.
        let hostile = [
            vec![0xdf, 0xff, 0xff, 0xff, 0xff],
            vec![0xdd, 0xff, 0xff, 0xff, 0xff],
            vec![0xdb, 0xff, 0xff, 0xff, 0xff],
            vec![0x91; 100_000],
            vec![],
            longer,
        ];
        for payload in hostile {
            let result = ServerCircuit::load(&seal_circuit(&payload));
            assert_eq!(code_of(result), "CIRCUIT_INVALID");
        }
    }

    #[test]
    fn hostile_lengths_inside_a_payload_are_refused_without_allocating_them() {
        let whole = spec().payload();
        // Each byte in turn becomes the marker of a 32-bit length of 4 billion.
        for marker in [0xc6, 0xdb, 0xdd, 0xdf] {
            for position in 0..whole.len().saturating_sub(5) {
                let mut changed = whole.clone();
                changed[position..position + 5].copy_from_slice(&[marker, 255, 255, 255, 255]);
                // A position inside packed words may be changed harmlessly: what counts is an answer.
                let _ = ServerCircuit::load(&seal_circuit(&changed));
            }
        }
    }

    #[test]
    fn a_sample_that_needs_too_much_memory_is_refused() {
        let rows = 1 << 19;
        let mut large = spec();
        large.inputs = 1;
        let term = TermSpec::new(0, 1, &vec![1; rows], &vec![1; rows]);
        large.layers = vec![LayerSpec::new(vec![term], &vec![0; rows], 0, &[])];
        let error = ServerCircuit::load(&large.seal()).unwrap_err();
        assert_eq!(error.code(), "CIRCUIT_INVALID");
        assert_eq!(error.mismatch().unwrap().what, "The memory that one sample takes");
    }
}
