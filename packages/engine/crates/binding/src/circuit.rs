//! Server circuits as JavaScript objects.

use std::sync::Arc;

use napi::bindgen_prelude::AsyncTask;
use napi::{Env, Result, Task};
use napi_derive::napi;
use tacit_evaluator::{EngineError, Parameters, ServerCircuit, hex};

use crate::error::to_js;
use crate::pool;
use crate::upload::Upload;

#[napi]
pub struct NativeCircuit {
    pub(crate) circuit: Arc<ServerCircuit>,
}

#[napi(object)]
pub struct NativeParameters {
    pub lwe_dimension: u32,
    pub glwe_dimension: u32,
    pub polynomial_size: u32,
    pub lwe_noise: f64,
    pub glwe_noise: f64,
    pub pbs_base_log: u32,
    pub pbs_level: u32,
    pub ks_base_log: u32,
    pub ks_level: u32,
}

impl NativeParameters {
    pub fn parameters(&self) -> Parameters {
        Parameters {
            lwe_dimension: self.lwe_dimension as usize,
            glwe_dimension: self.glwe_dimension as usize,
            polynomial_size: self.polynomial_size as usize,
            lwe_noise: self.lwe_noise,
            glwe_noise: self.glwe_noise,
            pbs_base_log: self.pbs_base_log as usize,
            pbs_level: self.pbs_level as usize,
            ks_base_log: self.ks_base_log as usize,
            ks_level: self.ks_level as usize,
        }
    }
}

#[napi]
impl NativeCircuit {
    #[napi(getter)]
    pub fn hash(&self) -> String {
        hex(self.circuit.hash())
    }

    #[napi(getter)]
    pub fn inputs(&self) -> u32 {
        count(self.circuit.inputs())
    }

    #[napi(getter)]
    pub fn outputs(&self) -> u32 {
        count(self.circuit.outputs())
    }

    #[napi(getter)]
    pub fn bootstraps(&self) -> u32 {
        count(self.circuit.bootstraps())
    }

    #[napi(getter)]
    pub fn parameters(&self) -> NativeParameters {
        let Parameters {
            lwe_dimension,
            glwe_dimension,
            polynomial_size,
            lwe_noise,
            glwe_noise,
            pbs_base_log,
            pbs_level,
            ks_base_log,
            ks_level,
        } = *self.circuit.parameters();
        NativeParameters {
            lwe_dimension: count(lwe_dimension),
            glwe_dimension: count(glwe_dimension),
            polynomial_size: count(polynomial_size),
            lwe_noise,
            glwe_noise,
            pbs_base_log: count(pbs_base_log),
            pbs_level: count(pbs_level),
            ks_base_log: count(ks_base_log),
            ks_level: count(ks_level),
        }
    }
}

/// Counts of a loaded circuit are far below 2³².
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

pub struct LoadCircuit {
    bytes: Vec<u8>,
}

#[napi]
pub fn load_circuit(upload: &mut Upload) -> AsyncTask<LoadCircuit> {
    AsyncTask::new(LoadCircuit { bytes: upload.take() })
}

impl Task for LoadCircuit {
    type Output = std::result::Result<ServerCircuit, EngineError>;
    type JsValue = NativeCircuit;

    fn compute(&mut self) -> Result<Self::Output> {
        let bytes = std::mem::take(&mut self.bytes);
        Ok(pool::run(|| ServerCircuit::load(&bytes)))
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> Result<NativeCircuit> {
        let circuit = output.map_err(|error| to_js(&env, &error))?;
        Ok(NativeCircuit {
            circuit: Arc::new(circuit),
        })
    }
}
