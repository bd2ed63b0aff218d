//! What a caller may do to work in progress: cancel it, and watch it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::error::EngineError;

/// Cancel flag and progress report of one call.
pub struct Control<'a> {
    cancelled: &'a AtomicBool,
    report: &'a (dyn Fn(u64, u64) + Sync),
}

impl<'a> Control<'a> {
    /// `report` is called with the bootstraps done and their total, from any thread of the pool, in no fixed order.
    pub fn new(cancelled: &'a AtomicBool, report: &'a (dyn Fn(u64, u64) + Sync)) -> Self {
        Self { cancelled, report }
    }

    /// # Errors
    /// [`EngineError::Cancelled`] once the flag is set.
    pub(crate) fn check(&self) -> Result<(), EngineError> {
        if self.cancelled.load(Ordering::Relaxed) {
            Err(EngineError::Cancelled)
        } else {
            Ok(())
        }
    }
}

/// Counts the bootstraps of one evaluation.
pub(crate) struct Progress<'a> {
    control: &'a Control<'a>,
    done: AtomicU64,
    total: u64,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(control: &'a Control<'a>, total: u64) -> Self {
        Self {
            control,
            done: AtomicU64::new(0),
            total,
        }
    }

    pub(crate) fn check(&self) -> Result<(), EngineError> {
        self.control.check()
    }

    pub(crate) fn advance(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        (self.control.report)(done, self.total);
    }
}
