//! Evaluation keys as JavaScript objects that tell the garbage collector their size and can be let go at once.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use napi::bindgen_prelude::{AsyncTask, ObjectFinalize};
use napi::{Env, Result, Task};
use napi_derive::napi;
use tacit_evaluator::{Control, EngineError, EvaluationKey, ServerCircuit};

use crate::circuit::NativeCircuit;
use crate::error::to_js;
use crate::evaluate::CancelToken;
use crate::pool;
use crate::upload::Upload;

#[napi(custom_finalize)]
pub struct NativeKey {
    key: Mutex<Option<Arc<EvaluationKey>>>,
}

#[napi]
impl NativeKey {
    /// 0 once the key is disposed of.
    #[napi(getter)]
    pub fn memory_bytes(&self) -> f64 {
        self.get().map_or(0.0, |key| key.memory_bytes() as f64)
    }

    /// Lets the key go; an evaluation under way keeps it to its end.
    #[napi]
    pub fn dispose(&self, env: Env) -> Result<()> {
        let key = self.key.lock().ok().and_then(|mut key| key.take());
        match key {
            Some(key) => report_memory(&env, &key, -1),
            None => Ok(()),
        }
    }
}

impl NativeKey {
    pub fn get(&self) -> Option<Arc<EvaluationKey>> {
        self.key.lock().ok()?.clone()
    }
}

impl ObjectFinalize for NativeKey {
    fn finalize(self, env: Env) -> Result<()> {
        self.dispose(env)
    }
}

fn report_memory(env: &Env, key: &EvaluationKey, sign: i64) -> Result<()> {
    let bytes = i64::try_from(key.memory_bytes()).unwrap_or(i64::MAX);
    env.adjust_external_memory(sign * bytes).map(|_| ())
}

pub struct LoadKey {
    bytes: Vec<u8>,
    circuit: Arc<ServerCircuit>,
    cancelled: Arc<AtomicBool>,
}

#[napi]
pub fn load_evaluation_key(
    circuit: &NativeCircuit,
    upload: &mut Upload,
    cancel: &CancelToken,
) -> AsyncTask<LoadKey> {
    AsyncTask::new(LoadKey {
        bytes: upload.take(),
        circuit: circuit.circuit.clone(),
        cancelled: cancel.flag(),
    })
}

impl Task for LoadKey {
    type Output = std::result::Result<EvaluationKey, EngineError>;
    type JsValue = NativeKey;

    fn compute(&mut self) -> Result<Self::Output> {
        let bytes = std::mem::take(&mut self.bytes);
        let control = Control::new(&self.cancelled, &|_| {});
        Ok(pool::run(|| EvaluationKey::load(&bytes, &self.circuit, &control)))
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> Result<NativeKey> {
        let key = output.map_err(|error| to_js(&env, &error))?;
        report_memory(&env, &key, 1)?;
        Ok(NativeKey {
            key: Mutex::new(Some(Arc::new(key))),
        })
    }
}
