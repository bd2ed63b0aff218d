//! What a caller may do to work in progress: cancel it, and watch it.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use crate::error::EngineError;

/// Cancel flag and progress report of one call.
pub struct Control<'a> {
    cancelled: &'a AtomicBool,
    report: &'a (dyn Fn(Report) + Sync),
}

/// How far an evaluation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Bootstraps done, of all samples and layers.
    pub done: u64,
    pub total: u64,
    /// The layer at hand, counted from 1.
    pub layer: usize,
}

impl<'a> Control<'a> {
    /// `report` is called after every few bootstraps, from any thread of the pool, in no fixed order.
    pub fn new(cancelled: &'a AtomicBool, report: &'a (dyn Fn(Report) + Sync)) -> Self {
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
    layer: AtomicUsize,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(control: &'a Control<'a>, total: u64) -> Self {
        Self {
            control,
            done: AtomicU64::new(0),
            total,
            layer: AtomicUsize::new(0),
        }
    }

    pub(crate) fn control(&self) -> &Control<'a> {
        self.control
    }

    /// Starts the layer of this number, counted from 1.
    pub(crate) fn enter(&self, layer: usize) -> Result<(), EngineError> {
        self.layer.store(layer, Ordering::Relaxed);
        self.control.check()
    }

    pub(crate) fn advance(&self, count: usize) {
        let count = count as u64;
        let done = self.done.fetch_add(count, Ordering::Relaxed) + count;
        (self.control.report)(Report {
            done,
            total: self.total,
            layer: self.layer.load(Ordering::Relaxed),
        });
    }
}
