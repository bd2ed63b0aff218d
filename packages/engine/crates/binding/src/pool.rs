//! The engine's own rayon pool: started by the first call that computes, with the number of threads set before.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread::available_parallelism;

use napi_derive::napi;
use rayon::{ThreadPool, ThreadPoolBuilder};
use tacit_evaluator::EngineError;

static POOL: OnceLock<ThreadPool> = OnceLock::new();
/// 0 until somebody sets it.
static THREADS: AtomicUsize = AtomicUsize::new(0);
static STARTING: Mutex<()> = Mutex::new(());

/// Sets the number of threads. False when the pool has started with another number: then nothing changes.
#[napi]
pub fn configure_threads(threads: u32) -> bool {
    let threads = threads as usize;
    match POOL.get() {
        Some(pool) => pool.current_num_threads() == threads,
        None => {
            THREADS.store(threads, Ordering::Relaxed);
            true
        }
    }
}

/// Threads that the pool has, or will have.
#[napi]
pub fn threads() -> u32 {
    let threads = POOL
        .get()
        .map_or_else(configured, ThreadPool::current_num_threads);
    u32::try_from(threads).unwrap_or(u32::MAX)
}

/// Runs `body` on the pool. A panic in it, which would be a defect, becomes an error instead of the end of the process.
pub fn run<T: Send>(body: impl FnOnce() -> Result<T, EngineError> + Send) -> Result<T, EngineError> {
    let pool = pool()?;
    catch_unwind(AssertUnwindSafe(|| pool.install(body))).unwrap_or_else(|panic| {
        let message = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("a panic without words");
        Err(failure(message))
    })
}

fn configured() -> usize {
    match THREADS.load(Ordering::Relaxed) {
        0 => available_parallelism().map_or(1, usize::from),
        threads => threads,
    }
}

fn pool() -> Result<&'static ThreadPool, EngineError> {
    let _starting = STARTING.lock();
    if let Some(pool) = POOL.get() {
        return Ok(pool);
    }
    let pool = ThreadPoolBuilder::new()
        .num_threads(configured())
        .thread_name(|index| format!("tacit-engine-{index}"))
        .build()
        .map_err(|error| failure(&error.to_string()))?;
    Ok(POOL.get_or_init(|| pool))
}

fn failure(message: &str) -> EngineError {
    EngineError::Internal {
        message: message.into(),
    }
}
