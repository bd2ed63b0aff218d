//! The server circuit: layers of integer rows over edges of ciphertexts, checked once when it is loaded.

use serde::Deserialize;
use serde_bytes::Bytes;

use crate::bytes;
use crate::envelope::{self, Hash, Kind};
use crate::error::{EngineError, Mismatch};
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

/// What one earlier edge contributes to the rows of a layer.
#[derive(Debug)]
pub(crate) struct Term {
    pub edge: usize,
    pub columns: usize,
    /// `[rows, columns]`
    pub weights: Vec<i32>,
    pub gains: Vec<u32>,
}

/// `[rows, boxes]`; each entry is read by N / boxes neighbouring positions of the blind rotation.
#[derive(Debug)]
pub(crate) struct Tables {
    pub boxes: usize,
    pub values: Vec<u64>,
}

impl Tables {
    pub(crate) fn row(&self, row: usize) -> &[u64] {
        self.values.chunks_exact(self.boxes).nth(row).unwrap_or_default()
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
        message.parameters.check_range()?;
        let inputs = check_size("inputs", message.inputs)?;
        let layers = read_layers(message.layers, inputs, &message.parameters)?;
        let circuit = Self {
            hash,
            parameters: message.parameters,
            inputs,
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

    pub(crate) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Bytes of all ciphertexts of one sample, inputs and every layer's rows.
    pub(crate) fn sample_bytes(&self) -> u64 {
        let rows: usize = self.layers.iter().map(|layer| layer.rows).sum();
        let ciphertexts = self.inputs as u64 + rows as u64;
        ciphertexts * self.parameters.ciphertext_words() as u64 * 8
    }
}

/// The payload as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CircuitMessage<'a> {
    parameters: Parameters,
    inputs: u64,
    #[serde(borrow)]
    layers: Vec<LayerMessage<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LayerMessage<'a> {
    rows: u64,
    #[serde(borrow)]
    terms: Vec<TermMessage<'a>>,
    #[serde(borrow)]
    offsets: &'a Bytes,
    #[serde(borrow)]
    tables: &'a Bytes,
    boxes: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TermMessage<'a> {
    edge: u64,
    columns: u64,
    #[serde(borrow)]
    weights: &'a Bytes,
    #[serde(borrow)]
    gains: &'a Bytes,
}

fn read_layers(
    messages: Vec<LayerMessage<'_>>,
    inputs: usize,
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
        let is_last = index + 1 == count;
        let layer = read_layer(&path, &message, &widths, is_last, parameters)?;
        widths.push(layer.rows);
        layers.push(layer);
    }
    Ok(layers)
}

fn read_layer(
    path: &str,
    message: &LayerMessage<'_>,
    widths: &[usize],
    is_last: bool,
    parameters: &Parameters,
) -> Result<Layer, EngineError> {
    let rows = check_size(&format!("{path}.rows"), message.rows)?;
    check_bytes(&format!("{path}.offsets"), message.offsets, rows, 1, 8)?;
    let mut terms = Vec::new();
    for (index, term) in message.terms.iter().enumerate() {
        terms.push(read_term(&format!("{path}.terms[{index}]"), term, rows, widths)?);
    }
    Ok(Layer {
        rows,
        terms,
        offsets: bytes::to_u64(message.offsets),
        tables: read_tables(path, message, rows, is_last, parameters)?,
    })
}

fn read_term(
    path: &str,
    message: &TermMessage<'_>,
    rows: usize,
    widths: &[usize],
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
    check_bytes(&format!("{path}.weights"), message.weights, rows, width, 4)?;
    check_bytes(&format!("{path}.gains"), message.gains, rows, 1, 4)?;
    Ok(Term {
        edge,
        columns: width,
        weights: bytes::to_i32(message.weights),
        gains: bytes::to_u32(message.gains),
    })
}

fn read_tables(
    path: &str,
    message: &LayerMessage<'_>,
    rows: usize,
    is_last: bool,
    parameters: &Parameters,
) -> Result<Option<Tables>, EngineError> {
    if is_last {
        if message.boxes != 0 {
            return Err(invalid(
                format!("{path}.boxes"),
                message.boxes,
                "0 in the last layer",
            ));
        }
        check_bytes(&format!("{path}.tables"), message.tables, 0, 0, 8)?;
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
    check_bytes(&format!("{path}.tables"), message.tables, rows, boxes, 8)?;
    Ok(Some(Tables {
        boxes,
        values: bytes::to_u64(message.tables),
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
    use crate::support::{CircuitSpec, LayerSpec, REAL, TermSpec, code_of, pack, seal_circuit};
    use serde_bytes::ByteBuf;

    /// Two inputs, three rows with tables of four boxes, one output that reads both edges.
    fn spec() -> CircuitSpec {
        let hidden = TermSpec::new(0, 2, &[1, -1, 2, 0, 0, 3], &[1, 2, 1]);
        let read = TermSpec::new(1, 3, &[1, 1, -1], &[1]);
        let skip = TermSpec::new(0, 2, &[5, 0], &[1]);
        CircuitSpec {
            parameters: REAL.into(),
            inputs: 2,
            layers: vec![
                LayerSpec::new(vec![hidden], &[0, 1 << 60, 7], 4, &[9; 12]),
                LayerSpec::new(vec![read, skip], &[0], 0, &[]),
            ],
        }
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
    fn unsupported_and_insecure_parameters_are_refused() {
        let mut unsupported = spec();
        unsupported.parameters.polynomial_size = 1 << 40;
        let result = ServerCircuit::load(&unsupported.seal());
        assert_eq!(code_of(result), "PARAMETERS_UNSUPPORTED");
        let mut insecure = spec();
        insecure.parameters.lwe_noise *= 0.99;
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
