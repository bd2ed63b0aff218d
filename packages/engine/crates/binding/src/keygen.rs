//! Key generation as promises. Only the entry `@tacit/engine/keygen` calls these.

use napi::bindgen_prelude::{AsyncTask, BigInt, Uint8Array};
use napi::{Env, Result, Task};
use napi_derive::napi;
use tacit_evaluator::{EngineError, Parameters};

use crate::circuit::NativeParameters;
use crate::error::to_js;
use crate::pool;
use crate::upload::Upload;

pub struct MakeKey {
    parameters: Parameters,
    made_of: Source,
}

enum Source {
    Seed(Option<u128>),
    ClientKey(Vec<u8>),
}

/// Resolves to the bytes of a client key. Of a seed, the low 128 bits count.
#[napi]
pub fn generate_client_key(parameters: NativeParameters, seed: Option<BigInt>) -> AsyncTask<MakeKey> {
    AsyncTask::new(MakeKey {
        parameters: parameters.parameters(),
        made_of: Source::Seed(seed.map(|seed| seed.get_u128().1)),
    })
}

/// Resolves to the bytes of an evaluation key of the uploaded client key.
#[napi]
pub fn derive_evaluation_key(parameters: NativeParameters, client_key: &mut Upload) -> AsyncTask<MakeKey> {
    AsyncTask::new(MakeKey {
        parameters: parameters.parameters(),
        made_of: Source::ClientKey(client_key.take()),
    })
}

impl Task for MakeKey {
    type Output = std::result::Result<Vec<u8>, EngineError>;
    type JsValue = Uint8Array;

    fn compute(&mut self) -> Result<Self::Output> {
        let parameters = self.parameters;
        Ok(match &mut self.made_of {
            Source::Seed(seed) => pool::run(|| tacit_keygen::client_key(&parameters, *seed)),
            Source::ClientKey(bytes) => {
                let made = pool::run(|| tacit_keygen::evaluation_key(&parameters, bytes));
                bytes.fill(0);
                made
            }
        })
    }

    fn resolve(&mut self, env: Env, output: Self::Output) -> Result<Uint8Array> {
        output.map(Uint8Array::from).map_err(|error| to_js(&env, &error))
    }
}
