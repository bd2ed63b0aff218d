//! Bytes on their way in. They are copied piece by piece, so that neither a long copy holds up the event loop nor
//! JavaScript can change what a thread of the pool is reading.

use napi::{Error, Result, Status};
use napi_derive::napi;

#[napi]
pub struct Upload {
    bytes: Vec<u8>,
}

#[napi]
impl Upload {
    #[napi(constructor)]
    pub fn new(size: u32) -> Result<Self> {
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(size as usize)
            .map_err(|error| Error::new(Status::GenericFailure, error.to_string()))?;
        Ok(Self { bytes })
    }

    #[napi]
    pub fn append(&mut self, piece: &[u8]) {
        self.bytes.extend_from_slice(piece);
    }
}

impl Upload {
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}
