//! The whole way at 128 bits of security, through the public names alone: keys, seeded inputs, two layers of tables, a
//! linear skip, decryption.

mod support;

use support::{
    CircuitSpec, Client, LayerSpec, Numbers, REAL, TEST_ONLY_INSECURE, TermSpec, code_of, load_key,
    steps_between, uncancelled,
};
use tacit_evaluator::{DEFAULT_MEMORY_BYTES, Kind, ServerCircuit, evaluate, open, seal};

/// Messages are multiples of a 64th of the torus.
const STEP: u64 = 1 << 58;
const SAMPLES: u64 = 3;
const INPUTS: usize = 8;
const HIDDEN: usize = 6;

/// Boxes of two steps; a value's offset of one step puts it in the middle of its box.
const BOXES: usize = 16;

struct Net {
    first: Vec<i32>,
    second: Vec<i32>,
    output: Vec<i32>,
    skip: Vec<i32>,
    tables: Vec<u64>,
}

/// Signed steps of one torus of 64.
fn wrap(value: i64) -> i64 {
    (value + 32).rem_euclid(64) - 32
}

impl Net {
    fn random() -> Self {
        let mut numbers = Numbers::seeded(3);
        let mut weights =
            |count: usize| -> Vec<i32> { (0..count).map(|_| numbers.below(3) as i32 - 1).collect() };
        Self {
            first: weights(HIDDEN * INPUTS),
            second: weights(HIDDEN * HIDDEN),
            output: weights(2 * HIDDEN),
            skip: weights(2 * INPUTS),
            // Any entries will do; these are -2, 0 or 2 steps.
            tables: (0..HIDDEN * BOXES)
                .map(|entry| (2 * ((entry * 7 % 3) as i64 - 1)) as u64)
                .map(|steps| steps.wrapping_mul(STEP))
                .collect(),
        }
    }

    fn spec(&self) -> CircuitSpec {
        let ones = [1; HIDDEN];
        let inputs = INPUTS as u64;
        let hidden = HIDDEN as u64;
        let layer = |term| LayerSpec::new(vec![term], &[STEP; HIDDEN], BOXES as u64, &self.tables);
        CircuitSpec::new(
            REAL,
            inputs,
            vec![
                layer(TermSpec::new(0, inputs, &self.first, &ones)),
                layer(TermSpec::new(1, hidden, &self.second, &ones)),
                LayerSpec::new(
                    vec![
                        TermSpec::new(2, hidden, &self.output, &[1, 1]),
                        TermSpec::new(0, inputs, &self.skip, &[1, 2]),
                    ],
                    &[0, 5 * STEP],
                    0,
                    &[],
                ),
            ],
        )
    }

    /// Output steps for inputs of even steps, in plain integers.
    fn run(&self, inputs: &[i64]) -> [i64; 2] {
        let first = self.hidden(&self.first, inputs);
        let second = self.hidden(&self.second, &first);
        let row = |weights: &[i32], values: &[i64], row: usize| -> i64 {
            let weights = weights.chunks_exact(values.len()).nth(row).unwrap();
            weights.iter().zip(values).map(|(w, v)| i64::from(*w) * v).sum()
        };
        [0, 1].map(|k| {
            let (gain, offset) = ([1, 2][k], [0, 5][k]);
            row(&self.output, &second, k) + gain * row(&self.skip, inputs, k) + offset
        })
    }

    fn hidden(&self, weights: &[i32], inputs: &[i64]) -> Vec<i64> {
        weights
            .chunks_exact(inputs.len())
            .zip(self.tables.chunks_exact(BOXES))
            .map(|(weights, table)| {
                let sum: i64 = weights.iter().zip(inputs).map(|(w, v)| i64::from(*w) * v).sum();
                let box_index = ((sum + 1).rem_euclid(64) / 2) as usize;
                let entry = |index: usize| table[index] as i64 / STEP as i64;
                if box_index < BOXES {
                    entry(box_index)
                } else {
                    -entry(box_index - BOXES)
                }
            })
            .collect()
    }
}

#[test]
fn two_layers_and_a_skip_decrypt_to_what_integers_give() {
    let net = Net::random();
    let circuit = ServerCircuit::load(&net.spec().seal()).unwrap();
    let client = Client::new(&REAL);
    let payload = client.evaluation_key();
    assert_eq!(payload.len() as u64, REAL.key_bytes());
    let sealed = seal(Kind::EvaluationKey, circuit.hash(), &payload);
    let key = load_key(&sealed, &circuit).unwrap();

    let mut numbers = Numbers::seeded(4);
    let inputs: Vec<i64> = (0..SAMPLES as usize * INPUTS)
        .map(|_| 2 * (numbers.below(3) as i64 - 1))
        .collect();
    let phases: Vec<u64> = inputs
        .iter()
        .map(|steps| (*steps as u64).wrapping_mul(STEP))
        .collect();
    let request = client.encrypt(SAMPLES, &phases).seal(circuit.hash());
    let response =
        uncancelled(|control| evaluate(&circuit, &key, &request, DEFAULT_MEMORY_BYTES, control)).unwrap();
    let outputs = client.decrypt_response(&response, circuit.hash());

    assert_eq!(outputs.len() as u64, 2 * SAMPLES);
    for (inputs, outputs) in inputs.chunks_exact(INPUTS).zip(outputs.chunks_exact(2)) {
        for (output, wanted) in outputs.iter().zip(net.run(inputs)) {
            let wanted = (wrap(wanted) as u64).wrapping_mul(STEP);
            let distance = steps_between(*output, wanted, STEP as f64);
            // Six table outputs of 3e-5 of the torus sum to 5e-3 steps of noise: a hundred times less.
            assert!(distance.abs() < 0.5, "{inputs:?} is {distance} steps off");
        }
    }
}

#[test]
fn insecure_parameters_cannot_be_loaded_from_outside() {
    let mut spec = Net::random().spec();
    spec.parameters = TEST_ONLY_INSECURE.into();
    let result = ServerCircuit::load(&spec.seal());
    assert_eq!(code_of(result), "PARAMETERS_INSECURE");
}

#[test]
fn a_response_is_no_request() {
    let response = seal(Kind::Response, &[0; 32], b"");
    assert_eq!(code_of(open(&response, Kind::Request)), "ENVELOPE_KIND");
}
