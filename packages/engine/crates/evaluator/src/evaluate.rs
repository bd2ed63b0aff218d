//! Evaluation of a circuit on the ciphertexts of a request.

use crate::bootstrap::Bootstrapper;
use crate::circuit::ServerCircuit;
use crate::control::{Control, Progress};
use crate::envelope::check_circuit;
use crate::error::{EngineError, Mismatch};
use crate::keys::EvaluationKey;
use crate::linear;
use crate::panels::Panels;
use crate::request::Request;
use crate::response;

/// Memory that the ciphertexts of the samples evaluated together may take where the caller sets no limit.
pub const DEFAULT_MEMORY_BYTES: u64 = 512 << 20;

/// Evaluates `circuit` on a request envelope and returns the response envelope. Runs on the current rayon pool; the
/// report of `control` counts the bootstraps of all samples. As many samples are evaluated together as `memory_bytes`
/// holds ciphertexts of, besides some megabytes a thread.
///
/// # Errors
/// `CIRCUIT_MISMATCH` for a key or a request of another circuit, those of a request, `MEMORY_LIMIT` where one sample
/// takes more than `memory_bytes`, `CANCELLED`.
pub fn evaluate(
    circuit: &ServerCircuit,
    key: &EvaluationKey,
    request: &[u8],
    memory_bytes: u64,
    control: &Control<'_>,
) -> Result<Vec<u8>, EngineError> {
    check_circuit(
        "The circuit of the evaluation key",
        key.circuit_hash(),
        circuit.hash(),
    )?;
    let request = Request::load(request, circuit)?;
    let group = samples_at_once(circuit, request.samples, memory_bytes)?;
    let bootstrapper = Bootstrapper::new(key);
    let total = request.samples as u64 * circuit.bootstraps() as u64;
    let progress = Progress::new(control, total);
    let mut outputs = Vec::new();
    for first in (0..request.samples).step_by(group) {
        control.check()?;
        let samples = group.min(request.samples - first);
        let inputs = request.expand(circuit, first, samples);
        let group = evaluate_group(circuit, &bootstrapper, inputs, samples, &progress)?;
        outputs.push(group);
    }
    let words = outputs.iter().flat_map(Panels::ciphertexts).flatten();
    response::write(circuit.hash(), request.samples, circuit.response_bits(), words)
}

/// Groups of equal size, as few as the memory allows.
fn samples_at_once(circuit: &ServerCircuit, samples: usize, memory_bytes: u64) -> Result<usize, EngineError> {
    let most = memory_bytes / circuit.sample_bytes();
    if most == 0 {
        return Err(EngineError::MemoryLimit(Mismatch::new(
            "The memory that one sample takes",
            format!("{} bytes", circuit.sample_bytes()),
            format!("at most {memory_bytes} bytes"),
        )));
    }
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    Ok(samples.div_ceil(samples.div_ceil(most)))
}

/// The last layer's ciphertexts.
fn evaluate_group(
    circuit: &ServerCircuit,
    bootstrapper: &Bootstrapper<'_>,
    inputs: Panels,
    samples: usize,
    progress: &Progress<'_>,
) -> Result<Panels, EngineError> {
    let dimension = circuit.parameters().big_dimension();
    let mut edges = vec![Some(inputs)];
    for (layer, number) in circuit.layers().iter().zip(1..) {
        progress.enter(number)?;
        let mut panels = linear::combine(layer, &edges, samples, dimension);
        for (edge, panels) in edges.iter_mut().enumerate() {
            if circuit.last_reader(edge) <= number {
                *panels = None;
            }
        }
        if let Some(tables) = &layer.tables {
            bootstrapper.apply(&mut panels, tables, progress)?;
        }
        edges.push(Some(panels));
    }
    edges.pop().flatten().ok_or(EngineError::Internal {
        message: "a circuit without layers".into(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, Ordering};

    use serde_bytes::ByteBuf;

    use super::*;
    use crate::envelope::{Kind, seal};
    use crate::support::{
        CircuitSpec, Client, LayerSpec, Numbers, RequestSpec, TEST_ONLY_INSECURE, TermSpec, code_of,
        load_key, steps_between, uncancelled,
    };

    /// One step of the four-valued messages below: a sixteenth of the torus.
    const STEP: u64 = 1 << 60;
    const INPUTS: u64 = 3;

    /// Two hidden rows read by tables of four boxes, their sum and a skip from the first input.
    fn circuit() -> ServerCircuit {
        let hidden = TermSpec::new(0, INPUTS, &[1, 1, 0, 1, 0, -1], &[1, 2]);
        let tables = [0, STEP, 2 * STEP, 3 * STEP, 3 * STEP, 2 * STEP, STEP, 0];
        let sum = TermSpec::new(1, 2, &[1, 1], &[1]);
        let skip = TermSpec::new(0, INPUTS, &[1, 0, 0], &[1]);
        let spec = CircuitSpec::new(
            TEST_ONLY_INSECURE,
            INPUTS,
            vec![
                // Boxes are an eighth of the torus; the offset moves multiples of an eighth to their middles.
                LayerSpec::new(vec![hidden], &[STEP, STEP], 4, &tables),
                LayerSpec::new(vec![sum, skip], &[STEP], 0, &[]),
            ],
        );
        ServerCircuit::load_test_only_insecure(&spec.seal()).unwrap()
    }

    /// What the circuit gives without noise, in steps, for inputs in eighths of the torus.
    fn expected(inputs: &[u64]) -> u64 {
        let look_up = |table: [u64; 4], eighths: u64| match eighths % 8 {
            box_index @ 0..4 => table[box_index as usize],
            box_index => 16 - table[box_index as usize - 4],
        };
        let [a, b, c] = inputs else { panic!() };
        let first = look_up([0, 1, 2, 3], a + b);
        let second = look_up([3, 2, 1, 0], 2 * (a + 8 - c));
        (first + second + 2 * a + 1) % 16
    }

    struct Setup {
        circuit: ServerCircuit,
        client: Client,
        key: EvaluationKey,
    }

    fn setup() -> Setup {
        let circuit = circuit();
        let client = Client::new(&TEST_ONLY_INSECURE);
        let sealed = seal(Kind::EvaluationKey, circuit.hash(), &client.evaluation_key());
        let key = load_key(&sealed, &circuit).unwrap();
        Setup { circuit, client, key }
    }

    fn run(setup: &Setup, request: &[u8]) -> Result<Vec<u8>, EngineError> {
        uncancelled(|control| evaluate(&setup.circuit, &setup.key, request, DEFAULT_MEMORY_BYTES, control))
    }

    #[test]
    fn many_samples_decrypt_to_what_the_circuit_computes() {
        let setup = setup();
        let mut numbers = Numbers::seeded(2);
        let inputs: Vec<u64> = (0..INPUTS * 40).map(|_| numbers.below(8)).collect();
        let phases: Vec<u64> = inputs.iter().map(|eighths| eighths << 61).collect();
        let request = setup.client.encrypt(40, &phases);
        let response = run(&setup, &request.seal(setup.circuit.hash())).unwrap();
        let outputs = setup.client.decrypt_response(&response, setup.circuit.hash());
        assert_eq!(outputs.len(), 40);
        for (sample, output) in inputs.chunks_exact(3).zip(outputs) {
            let wanted = expected(sample).wrapping_mul(STEP);
            let distance = steps_between(output, wanted, STEP as f64);
            assert!(distance.abs() < 0.25, "{sample:?} is {distance} steps off");
        }
    }

    #[test]
    fn rounded_words_decrypt_to_the_same_within_the_rounding() {
        let Setup { client, .. } = setup();
        let term = TermSpec::new(0, 1, &[3], &[1]);
        let layers = vec![LayerSpec::new(vec![term], &[0], 0, &[])];
        let spec = CircuitSpec::new(TEST_ONLY_INSECURE, 1, layers).into_format_2(20);
        let circuit = ServerCircuit::load_test_only_insecure(&spec.seal()).unwrap();
        let sealed = seal(Kind::EvaluationKey, circuit.hash(), &client.evaluation_key());
        let key = load_key(&sealed, &circuit).unwrap();
        let samples = 400;
        let request = client
            .encrypt(samples, &vec![STEP; samples as usize])
            .seal(circuit.hash());
        let control =
            |control: &Control<'_>| evaluate(&circuit, &key, &request, DEFAULT_MEMORY_BYTES, control);
        let response = uncancelled(control).unwrap();
        // 513 words of 20 bits each.
        assert!(response.len() < samples as usize * 1284 + 200);
        let outputs = client.decrypt_response(&response, circuit.hash());
        let squares = outputs
            .iter()
            .map(|output| steps_between(*output, 3 * STEP, 1.0).powi(2));
        let variance = squares.sum::<f64>() / samples as f64;
        // docs/wire-format.md, with a binary key of 512; 5 deviations of a normal variance: false alarms below 10⁻⁶.
        let expected = (1.0 + 256.0) / 12.0 * 44.0_f64.exp2().powi(2);
        assert!((variance / expected - 1.0).abs() < 5.0 * (2.0 / samples as f64).sqrt() + 0.1);
    }

    #[test]
    fn memory_bounds_the_samples_that_are_evaluated_together() {
        let setup = setup();
        let request = setup.client.encrypt(5, &[0; 15]).seal(setup.circuit.hash());
        let one_sample = setup.circuit.sample_bytes();
        let run =
            |memory| uncancelled(|control| evaluate(&setup.circuit, &setup.key, &request, memory, control));
        assert_eq!(code_of(run(one_sample)), "accepted");
        assert_eq!(code_of(run(one_sample - 1)), "MEMORY_LIMIT");
        assert_eq!(samples_at_once(&setup.circuit, 5, 4 * one_sample), Ok(3));
        assert_eq!(samples_at_once(&setup.circuit, 5, u64::MAX), Ok(5));
        // Inputs, hidden rows and the output: all three edges live until the skip is read.
        assert_eq!(one_sample, (3 + 2 + 1) * 513 * 8);
    }

    #[test]
    fn progress_counts_every_bootstrap_and_ends_at_the_total() {
        let setup = setup();
        let request = setup.client.encrypt(5, &[0; 15]).seal(setup.circuit.hash());
        let seen = Mutex::new(Vec::new());
        let report = |report| seen.lock().unwrap().push(report);
        let cancelled = AtomicBool::new(false);
        let control = Control::new(&cancelled, &report);
        evaluate(
            &setup.circuit,
            &setup.key,
            &request,
            DEFAULT_MEMORY_BYTES,
            &control,
        )
        .unwrap();
        let mut seen = seen.into_inner().unwrap();
        seen.sort_unstable_by_key(|report| report.done);
        assert!(seen.is_sorted_by(|a, b| a.done < b.done));
        assert!(seen.iter().all(|report| report.total == 10 && report.layer == 1));
        assert_eq!(seen.last().map(|report| report.done), Some(10));
    }

    #[test]
    fn a_cancelled_evaluation_stops_and_the_next_one_is_answered() {
        let setup = setup();
        let request = setup.client.encrypt(5, &[0; 15]).seal(setup.circuit.hash());
        let cancelled = AtomicBool::new(false);
        let report = |_| cancelled.store(true, Ordering::Relaxed);
        let control = Control::new(&cancelled, &report);
        let result = evaluate(
            &setup.circuit,
            &setup.key,
            &request,
            DEFAULT_MEMORY_BYTES,
            &control,
        );
        assert_eq!(code_of(result), "CANCELLED");
        assert_eq!(code_of(run(&setup, &request)), "accepted");
    }

    #[test]
    fn hostile_requests_are_refused_and_the_next_one_is_answered() {
        type Change = fn(&mut RequestSpec);
        let changes: [Change; 8] = [
            |r| r.samples = 0,
            |r| r.samples = 3,
            |r| r.samples = u64::MAX,
            |r| r.samples = u64::MAX / 3 + 1,
            |r| r.seeds = ByteBuf::new(),
            |r| r.bodies = ByteBuf::new(),
            |r| {
                r.seeds.pop();
            },
            |r| r.bodies.extend([0; 8]),
        ];
        let setup = setup();
        let good = setup.client.encrypt(2, &[0; 6]);
        for change in changes {
            let mut changed = good.clone();
            change(&mut changed);
            let result = run(&setup, &changed.seal(setup.circuit.hash()));
            assert_eq!(code_of(result), "REQUEST_INVALID");
        }
        let payload = rmp_serde::to_vec_named(&good).unwrap();
        for length in 0..payload.len() {
            let cut = seal(Kind::Request, setup.circuit.hash(), &payload[..length]);
            assert_eq!(code_of(run(&setup, &cut)), "REQUEST_INVALID");
        }
        for marker in [0xc6, 0xdb, 0xdd, 0xdf] {
            for position in 0..payload.len() - 5 {
                let mut changed = payload.clone();
                changed[position..position + 5].copy_from_slice(&[marker, 255, 255, 255, 255]);
                let sealed = seal(Kind::Request, setup.circuit.hash(), &changed);
                // Inside the packed words this is another ciphertext, so either answer is right.
                let _ = Request::load(&sealed, &setup.circuit);
            }
        }
        let foreign = good.seal(&[1; 32]);
        assert_eq!(code_of(run(&setup, &foreign)), "CIRCUIT_MISMATCH");
        let sealed = good.seal(setup.circuit.hash());
        assert_eq!(code_of(run(&setup, &sealed)), "accepted");
    }

    #[test]
    fn a_key_of_another_circuit_is_refused() {
        let setup = setup();
        let mut other = circuit_spec_with_one_input();
        other.layers[0].offsets[0] = 1;
        let other = ServerCircuit::load_test_only_insecure(&other.seal()).unwrap();
        let request = setup.client.encrypt(1, &[0]).seal(other.hash());
        let result =
            uncancelled(|control| evaluate(&other, &setup.key, &request, DEFAULT_MEMORY_BYTES, control));
        assert_eq!(code_of(result), "CIRCUIT_MISMATCH");
    }

    #[test]
    fn a_circuit_without_tables_needs_no_bootstrap() {
        let client = Client::new(&TEST_ONLY_INSECURE);
        let spec = circuit_spec_with_one_input();
        let circuit = ServerCircuit::load_test_only_insecure(&spec.seal()).unwrap();
        let sealed = seal(Kind::EvaluationKey, circuit.hash(), &client.evaluation_key());
        let key = load_key(&sealed, &circuit).unwrap();
        assert_eq!(circuit.bootstraps(), 0);
        let request = client.encrypt(2, &[STEP, 3 * STEP]).seal(circuit.hash());
        let response =
            uncancelled(|control| evaluate(&circuit, &key, &request, DEFAULT_MEMORY_BYTES, control)).unwrap();
        let outputs = client.decrypt_response(&response, circuit.hash());
        for (output, wanted) in outputs.into_iter().zip([3, 9]) {
            let distance = steps_between(output, wanted * STEP, STEP as f64);
            assert!(distance.abs() < 1e-6);
        }
    }

    fn circuit_spec_with_one_input() -> CircuitSpec {
        let term = TermSpec::new(0, 1, &[3], &[1]);
        CircuitSpec::new(
            TEST_ONLY_INSECURE,
            1,
            vec![LayerSpec::new(vec![term], &[0], 0, &[])],
        )
    }
}
