//! Times for `benchmarks/engine.bench.mjs`, which runs one process of each build and asks them in turn: a line of standard
//! input names what to time, a line of standard output answers in milliseconds. Argument: the number of threads.

#[path = "../tests/support/mod.rs"]
mod support;

use std::io::{BufRead, stdin};
use std::time::Instant;

use rayon::prelude::*;
use support::{CircuitSpec, Client, LayerSpec, Numbers, TermSpec, load_key, uncancelled};
use tacit_evaluator::{DEFAULT_MEMORY_BYTES, EvaluationKey, Kind, Parameters, ServerCircuit, evaluate, seal};
use tfhe::core_crypto::prelude::*;
use tfhe::shortint::CompressedServerKey;
use tfhe::shortint::atomic_pattern::AtomicPatternServerKey;
use tfhe::shortint::server_key::ShortintBootstrappingKey;

/// tfhe-rs V1_4, 4 bits, Gaussian noise, failure 2^-128.
const P4: Parameters = Parameters {
    lwe_dimension: 866,
    glwe_dimension: 1,
    polynomial_size: 2048,
    lwe_noise: 2.046_151_696_979_124e-6,
    glwe_noise: 2.845_267_479_601_915e-15,
    pbs_base_log: 23,
    pbs_level: 1,
    ks_base_log: 3,
    ks_level: 5,
};
const COUNT: usize = 64;

fn main() {
    let threads = std::env::args().nth(1).and_then(|threads| threads.parse().ok());
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .build()
        .unwrap();
    pool.install(|| {
        let client = Client::new(&P4);
        let plain = Plain::new(&client);
        // 64 rows that read one input each, and a sum: nearly all of it is bootstraps.
        let batch = Case::new(&client, &[COUNT, COUNT, 1], |row, column, _| {
            i32::from(row == column)
        });
        let linear = Case::new(&client, &[784, 48], ternary);
        let small = Case::new(&client, &[64, 32, 10], ternary);
        let large = Case::new(&client, &[784, 48, 10], ternary);
        println!("ready");
        for line in stdin().lock().lines() {
            let start = Instant::now();
            match line.unwrap().as_str() {
                "plain" => plain.run(),
                "batch" => batch.run(),
                "linear-784" => linear.run(),
                "64-32-10" => small.run(),
                "784-48-10" => large.run(),
                other => panic!("nothing is named {other}"),
            }
            println!("{}", start.elapsed().as_secs_f64() * 1e3);
        }
    });
}

fn ternary(_: usize, _: usize, numbers: &mut Numbers) -> i32 {
    numbers.below(3) as i32 - 1
}

/// The loop that a user of tfhe-rs writes: key switch and bootstrap, one ciphertext a task, scratch memory reused.
struct Plain {
    key_switching: LweKeyswitchKeyOwned<u64>,
    bootstrapping: FourierLweBootstrapKeyOwned,
    ciphertexts: Vec<Vec<u64>>,
    table: GlweCiphertextOwned<u64>,
    fft: Fft,
}

impl Plain {
    fn new(client: &Client) -> Self {
        let key = CompressedServerKey::new(&client.key).decompress();
        let AtomicPatternServerKey::Standard(standard) = key.atomic_pattern else {
            panic!("a standard key")
        };
        let ShortintBootstrappingKey::Classic { bsk, .. } = standard.bootstrapping_key else {
            panic!("a classic key")
        };
        let modulus = CiphertextModulus::new_native();
        Self {
            key_switching: standard.key_switching_key,
            ciphertexts: client.expand(&client.encrypt(1, &[0; COUNT])),
            table: GlweCiphertext::new(1 << 60, bsk.glwe_size(), bsk.polynomial_size(), modulus),
            fft: Fft::new(bsk.polynomial_size()),
            bootstrapping: bsk,
        }
    }

    fn run(&self) {
        let (key, fft) = (&self.bootstrapping, self.fft.as_view());
        let modulus = CiphertextModulus::new_native();
        let scratch = || {
            let mut buffers = ComputationBuffers::new();
            let required = programmable_bootstrap_lwe_ciphertext_mem_optimized_requirement::<u64>(
                key.glwe_size(),
                key.polynomial_size(),
                fft,
            );
            buffers.resize(required.unaligned_bytes_required());
            let small = LweCiphertext::new(0, self.key_switching.output_lwe_size(), modulus);
            let output = LweCiphertext::new(0, key.output_lwe_dimension().to_lwe_size(), modulus);
            (buffers, small, output)
        };
        self.ciphertexts.par_iter().with_max_len(1).for_each_init(
            scratch,
            |(buffers, small, output), input| {
                let input = LweCiphertext::from_container(input.as_slice(), modulus);
                keyswitch_lwe_ciphertext(&self.key_switching, &input, small);
                programmable_bootstrap_lwe_ciphertext_mem_optimized(
                    small,
                    output,
                    &self.table,
                    key,
                    fft,
                    buffers.stack(),
                );
            },
        );
    }
}

/// A net of the given widths, evaluated from request to response.
struct Case {
    circuit: ServerCircuit,
    key: EvaluationKey,
    request: Vec<u8>,
}

impl Case {
    fn new(client: &Client, widths: &[usize], weight: impl Fn(usize, usize, &mut Numbers) -> i32) -> Self {
        let mut numbers = Numbers::seeded(9);
        let layers = widths.windows(2).enumerate().map(|(edge, pair)| {
            let (columns, rows) = (pair[0], pair[1]);
            let weights: Vec<i32> = (0..rows * columns)
                .map(|position| weight(position / columns, position % columns, &mut numbers))
                .collect();
            let boxes = if edge + 2 == widths.len() { 0 } else { 16 };
            let term = TermSpec::new(edge as u64, columns as u64, &weights, &vec![1; rows]);
            LayerSpec::new(
                vec![term],
                &vec![0; rows],
                boxes,
                &vec![1 << 59; rows * boxes as usize],
            )
        });
        let spec = CircuitSpec::new(P4, widths[0] as u64, layers.collect()).into_format_2(20);
        let circuit = ServerCircuit::load(&spec.seal()).unwrap();
        let sealed = seal(Kind::EvaluationKey, circuit.hash(), &client.evaluation_key());
        let key = load_key(&sealed, &circuit).unwrap();
        let request = client.encrypt(1, &vec![0; widths[0]]).seal(circuit.hash());
        Self {
            circuit,
            key,
            request,
        }
    }

    fn run(&self) {
        let response = uncancelled(|control| {
            evaluate(
                &self.circuit,
                &self.key,
                &self.request,
                DEFAULT_MEMORY_BYTES,
                control,
            )
        });
        assert!(!response.unwrap().is_empty());
    }
}
