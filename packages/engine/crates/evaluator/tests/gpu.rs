//! The GPU against the processor, at 128 bits of security: the same circuit, key and request decrypt to the same tables'
//! entries, and the times of both are printed. Where there is no GPU, the processor answers both times.

#![cfg(feature = "gpu")]

mod support;

use std::time::Instant;

use support::{
    CircuitSpec, Client, LayerSpec, Numbers, REAL, TermSpec, load_key, steps_between, uncancelled,
};
use tacit_evaluator::{DEFAULT_MEMORY_BYTES, Kind, ServerCircuit, evaluate, seal};

/// Messages are multiples of a 64th of the torus; boxes of two steps, inputs of even steps in their middles.
const STEP: u64 = 1 << 58;
const BOXES: usize = 16;
const INPUTS: usize = 4;

/// Each row reads one input and has a table of its own.
fn circuit(rows: usize) -> (ServerCircuit, Vec<u64>) {
    let mut numbers = Numbers::seeded(7);
    let tables: Vec<u64> = (0..rows * BOXES)
        .map(|_| numbers.below(8).wrapping_mul(STEP))
        .collect();
    let weights: Vec<i32> = (0..rows * INPUTS)
        .map(|index| i32::from(index % INPUTS == (index / INPUTS) % INPUTS))
        .collect();
    let hidden = TermSpec::new(0, INPUTS as u64, &weights, &vec![1; rows]);
    let identity: Vec<i32> = (0..rows * rows)
        .map(|index| i32::from(index / rows == index % rows))
        .collect();
    let output = TermSpec::new(1, rows as u64, &identity, &vec![1; rows]);
    let spec = CircuitSpec::new(
        REAL,
        INPUTS as u64,
        vec![
            LayerSpec::new(vec![hidden], &vec![STEP; rows], BOXES as u64, &tables),
            LayerSpec::new(vec![output], &vec![0; rows], 0, &[]),
        ],
    );
    (ServerCircuit::load(&spec.seal()).unwrap(), tables)
}

#[test]
fn a_layer_on_the_gpu_gives_the_entries_of_its_tables() {
    const ROWS: usize = 64;
    let (circuit, tables) = circuit(ROWS);
    let client = Client::new(&REAL);
    let sealed = seal(Kind::EvaluationKey, circuit.hash(), &client.evaluation_key());
    let start = Instant::now();
    let key = load_key(&sealed, &circuit).unwrap();
    println!("key loaded in {:.2} s", start.elapsed().as_secs_f64());
    for samples in [1u64, 8, 64] {
        let mut numbers = Numbers::seeded(samples);
        let inputs: Vec<u64> = (0..samples as usize * INPUTS)
            .map(|_| 2 * numbers.below(32))
            .collect();
        let phases: Vec<u64> = inputs.iter().map(|steps| steps.wrapping_mul(STEP)).collect();
        let request = client.encrypt(samples, &phases).seal(circuit.hash());
        let run = || {
            uncancelled(|control| evaluate(&circuit, &key, &request, DEFAULT_MEMORY_BYTES, control)).unwrap()
        };
        run();
        let start = Instant::now();
        let response = run();
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{samples} samples, {} bootstraps: {:.1} ms, {:.3} ms a bootstrap",
            samples as usize * ROWS,
            1e3 * seconds,
            1e3 * seconds / (samples as f64 * ROWS as f64)
        );
        let outputs = client.decrypt_response(&response, circuit.hash());
        let mut worst = 0f64;
        for (position, output) in outputs.iter().enumerate() {
            let (sample, row) = (position / ROWS, position % ROWS);
            let steps = (inputs[sample * INPUTS + row % INPUTS] + 1) % 64;
            let entry = |index: u64| tables[row * BOXES + index as usize];
            let wanted = if steps < 32 {
                entry(steps / 2)
            } else {
                entry(steps / 2 - 16).wrapping_neg()
            };
            worst = worst.max(steps_between(*output, wanted, STEP as f64).abs());
        }
        println!("largest distance {worst:.4} steps");
        // A bootstrap's noise is 3e-5 of the torus, 2e-3 steps; a wrong entry is a step or more away.
        assert!(worst < 0.1, "{worst}");
    }
}
