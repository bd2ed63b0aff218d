//! Errors of the evaluator as JavaScript errors with the same code, both sides and hint.

use napi::bindgen_prelude::{JsObjectValue, JsValue};
use napi::{Env, Error, Result, Status};
use napi_derive::napi;
use tacit_evaluator::EngineError;

/// Every code that an error of the evaluator can have.
#[napi]
pub fn error_codes() -> Vec<&'static str> {
    EngineError::CODES.to_vec()
}

/// The error that rejects a promise.
pub fn to_js(env: &Env, error: &EngineError) -> Error {
    with_fields(env, error).unwrap_or_else(|failure| failure)
}

fn with_fields(env: &Env, error: &EngineError) -> Result<Error> {
    let plain = Error::new(Status::GenericFailure, error.to_string());
    let mut object = env.create_error(plain)?;
    object.set_named_property("code", error.code())?;
    if let Some(mismatch) = error.mismatch() {
        object.set_named_property("got", mismatch.got.as_str())?;
        object.set_named_property("expected", mismatch.expected.as_str())?;
    }
    if let Some(hint) = error.hint() {
        object.set_named_property("hint", hint)?;
    }
    Ok(Error::from(object.to_unknown()))
}
