//! Ten thousand damaged inputs: circuits, requests and keys of a small corpus, changed in every way that a line, a disk or an
//! attacker changes bytes. Whatever comes in, the answer is a result or an error with a code, never a panic, and memory
//! stays in proportion.

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use support::{CircuitSpec, Client, LayerSpec, Numbers, REAL, TermSpec, code_of, load_key, uncancelled};
use tacit_evaluator::{DEFAULT_MEMORY_BYTES, EngineError, Kind, ServerCircuit, evaluate, seal};

const MEBIBYTE: usize = 1 << 20;
/// What a claimed length may reserve before its elements fail to come: serde stops at a mebibyte for each nested array.
const CIRCUIT_LIMIT: usize = 4 * MEBIBYTE;

/// The system's allocator, which remembers the most that was taken at the same time.
struct Watched;

static TAKEN: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Watched = Watched;

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let taken = TAKEN.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(taken, Ordering::Relaxed);
        // SAFETY: the caller's layout is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        TAKEN.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the pointer came from `alloc` above with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// The code of an outcome. A defect of the engine, or more than `limit` bytes taken on the way, fails the test.
fn outcome<T>(limit: usize, body: impl FnOnce() -> Result<T, EngineError>) -> &'static str {
    let before = TAKEN.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    let code = code_of(body());
    let taken = MOST.load(Ordering::Relaxed).saturating_sub(before);
    assert!(taken < limit, "{taken} bytes were taken");
    assert!(code == "accepted" || EngineError::CODES.contains(&code));
    assert_ne!(code, "ENGINE_FAILURE");
    code
}

/// One to four changes of a payload.
fn damage(payload: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = payload.to_vec();
    for _ in 0..=numbers.below(4) {
        if bytes.is_empty() {
            return bytes;
        }
        let at = numbers.below(bytes.len() as u64) as usize;
        let length = (numbers.below(16) as usize).min(bytes.len() - at);
        match numbers.below(9) {
            0 => bytes[at] ^= 1 << numbers.below(8),
            1 => bytes[at] = numbers.next() as u8,
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..at + length)),
            4 => bytes.extend((0..length).map(|_| numbers.next() as u8)),
            5 => {
                let copy = bytes[at..at + length].to_vec();
                let to = numbers.below(bytes.len() as u64 + 1) as usize;
                bytes.splice(to..to, copy);
            }
            // Arrays, maps, texts and binaries of MessagePack that claim four billion elements.
            6 => drop(bytes.splice(
                at..at + length.min(5),
                [[0xdd, 0xdf, 0xdb, 0xc6][at % 4], 255, 255, 255, 255],
            )),
            // Numbers at the ends of their ranges.
            7 => drop(bytes.splice(
                at..at + length.min(9),
                [0xcf, 255, 255, 255, 255, 255, 255, 255, 255],
            )),
            // NaN and infinity.
            _ => drop(bytes.splice(
                at..at + length.min(9),
                [0xcb, 0x7f, 0xf0 + 8 * (at % 2) as u8, 0, 0, 0, 0, 0, 0],
            )),
        }
    }
    bytes
}

fn circuit_specs() -> Vec<CircuitSpec> {
    let spec = || {
        let hidden = TermSpec::new(0, 3, &[1, -1, 0, 0, 7, -7], &[1, 3]);
        let read = TermSpec::new(1, 2, &[1, -1], &[1]);
        let skip = TermSpec::new(0, 3, &[5, 0, 0], &[1]);
        CircuitSpec::new(
            REAL,
            3,
            vec![
                LayerSpec::new(vec![hidden], &[0, 1 << 60], 4, &[1 << 40; 8]),
                LayerSpec::new(vec![read, skip], &[0], 0, &[]),
            ],
        )
    };
    let mut sparse = spec().into_format_2(16);
    for term in sparse.layers.iter_mut().flat_map(|layer| &mut layer.terms) {
        term.thin(1, 2);
    }
    sparse.layers[0].table_of = Some(support::pack(&[1_u32, 0], |table| table.to_le_bytes()));
    vec![spec(), spec().into_format_2(64), sparse]
}

#[test]
fn ten_thousand_damaged_inputs_are_answered() {
    let mut numbers = Numbers::seeded(11);
    let mut accepted = 0;
    for spec in circuit_specs() {
        let payload = spec.payload();
        assert_eq!(
            outcome(CIRCUIT_LIMIT, || ServerCircuit::load(&spec.seal())),
            "accepted"
        );
        for _ in 0..2500 {
            let damaged = damage(&payload, &mut numbers);
            let sealed = support::seal_circuit(&damaged);
            let code = outcome(CIRCUIT_LIMIT, || ServerCircuit::load(&sealed));
            accepted += u32::from(code == "accepted");
            // The same damage behind an honest envelope's back.
            let unsealed = damage(&spec.seal(), &mut numbers);
            assert_ne!(
                outcome(CIRCUIT_LIMIT, || ServerCircuit::load(&unsealed)),
                "PARAMETERS_INSECURE"
            );
        }
    }
    assert!(accepted > 0, "no damage reached the weights");

    // No table: an accepted request is answered at once.
    let sum = LayerSpec::new(vec![TermSpec::new(0, 3, &[1, 2, -1], &[1])], &[0], 0, &[]);
    let circuit =
        ServerCircuit::load(&CircuitSpec::new(REAL, 3, vec![sum]).into_format_2(20).seal()).unwrap();
    let client = Client::new(&REAL);
    let key_payload = client.evaluation_key();
    let key = load_key(&seal(Kind::EvaluationKey, circuit.hash(), &key_payload), &circuit).unwrap();
    let request = rmp_serde::to_vec_named(&client.encrypt(2, &[0; 6])).unwrap();
    for _ in 0..2500 {
        let damaged = seal(Kind::Request, circuit.hash(), &damage(&request, &mut numbers));
        outcome(16 * MEBIBYTE, || {
            uncancelled(|control| evaluate(&circuit, &key, &damaged, DEFAULT_MEMORY_BYTES, control))
        });
    }

    // Each takes the checksum of twenty megabytes, so fewer; keys.rs tries every byte that is not a ciphertext's.
    let limit = 4 * key_payload.len();
    for _ in 0..20 {
        let damaged = seal(
            Kind::EvaluationKey,
            circuit.hash(),
            &damage(&key_payload, &mut numbers),
        );
        let memory = key.memory_bytes() as usize;
        outcome(limit + 2 * memory, || load_key(&damaged, &circuit));
        let mut unsealed = damaged;
        let at = numbers.below(unsealed.len() as u64) as usize;
        unsealed[at] ^= 1;
        assert!(outcome(limit, || load_key(&unsealed, &circuit)).starts_with("ENVELOPE_"));
    }
}
