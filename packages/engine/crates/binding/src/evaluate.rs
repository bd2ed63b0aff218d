//! Evaluation as a promise, with progress and cancellation.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use napi::bindgen_prelude::{AsyncTask, FnArgs, Uint8Array};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, Result, Status, Task};
use napi_derive::napi;
use tacit_evaluator::{Control, EngineError, EvaluationKey, Report, ServerCircuit, evaluate};

use crate::circuit::NativeCircuit;
use crate::error::to_js;
use crate::key::NativeKey;
use crate::pool;
use crate::upload::Upload;

/// Stops the call it was given to at its next look.
#[napi]
pub struct CancelToken {
    cancelled: Arc<AtomicBool>,
}

#[napi]
impl CancelToken {
    #[napi(constructor)]
    #[allow(clippy::new_without_default)] // JavaScript has no Default.
    pub fn new() -> Self {
        Self {
            cancelled: Arc::default(),
        }
    }

    #[napi]
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

impl CancelToken {
    pub fn flag(&self) -> Arc<AtomicBool> {
        self.cancelled.clone()
    }
}

type Counts = FnArgs<(f64, f64, u32)>;
/// Weak: reports that nobody waits for any more do not keep the process alive.
type Reporter = ThreadsafeFunction<Counts, (), Counts, Status, false, true>;

#[napi(object)]
pub struct NativeEvaluation {
    pub response: Uint8Array,
    /// Bootstraps of all samples: the last report of progress, which the response may overtake.
    pub bootstraps: f64,
}

pub struct Evaluate {
    circuit: Arc<ServerCircuit>,
    key: Option<Arc<EvaluationKey>>,
    request: Vec<u8>,
    memory_bytes: u64,
    cancelled: Arc<AtomicBool>,
    report: Option<Reporter>,
}

/// Resolves to the response envelope and the work it took, or to null for a key that was disposed of.
#[napi(js_name = "evaluate")]
pub fn evaluate_request(
    circuit: &NativeCircuit,
    key: &NativeKey,
    upload: &mut Upload,
    memory_bytes: f64,
    cancel: &CancelToken,
    report: Option<Reporter>,
) -> AsyncTask<Evaluate> {
    AsyncTask::new(Evaluate {
        circuit: circuit.circuit.clone(),
        key: key.get(),
        request: upload.take(),
        memory_bytes: memory_bytes as u64,
        cancelled: cancel.flag(),
        report,
    })
}

impl Task for Evaluate {
    type Output = std::result::Result<Option<(Vec<u8>, u64)>, EngineError>;
    type JsValue = Option<NativeEvaluation>;

    fn compute(&mut self) -> Result<Self::Output> {
        let Some(key) = self.key.take() else {
            return Ok(Ok(None));
        };
        let bootstraps = AtomicU64::new(0);
        let report = |Report { done, total, layer }| {
            bootstraps.store(total, Ordering::Relaxed);
            if let Some(report) = &self.report {
                let counts = FnArgs::from((done as f64, total as f64, layer as u32));
                report.call(counts, ThreadsafeFunctionCallMode::NonBlocking);
            }
        };
        let control = Control::new(&self.cancelled, &report);
        let response =
            pool::run(|| evaluate(&self.circuit, &key, &self.request, self.memory_bytes, &control));
        Ok(response.map(|response| Some((response, bootstraps.load(Ordering::Relaxed)))))
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> Result<Self::JsValue> {
        let evaluation = output.map_err(|error| to_js(&env, &error))?;
        Ok(evaluation.map(|(response, bootstraps)| NativeEvaluation {
            response: Uint8Array::from(response),
            bootstraps: bootstraps as f64,
        }))
    }
}
