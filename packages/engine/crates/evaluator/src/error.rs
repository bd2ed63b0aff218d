//! Every error of the engine: a stable code, what was got, what was expected, and what to do about it.

use std::fmt;

/// One value that is not what it has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// What was looked at, in words that fit before "is": `layers[1].offsets`, `polynomialSize`.
    pub what: String,
    pub got: String,
    pub expected: String,
}

impl Mismatch {
    pub fn new(what: impl Into<String>, got: impl fmt::Display, expected: impl fmt::Display) -> Self {
        Self {
            what: what.into(),
            got: got.to_string(),
            expected: expected.to_string(),
        }
    }
}

/// Why the engine refused or stopped. Callers match on [`EngineError::code`], never on the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineError {
    EnvelopeTruncated(Mismatch),
    EnvelopeForeign(Mismatch),
    EnvelopeVersion(Mismatch),
    EnvelopeKind(Mismatch),
    EnvelopeLength(Mismatch),
    EnvelopeChecksum(Mismatch),
    CircuitMismatch(Mismatch),
    CircuitInvalid(Mismatch),
    ParametersUnsupported(Mismatch),
    ParametersInsecure(Mismatch),
    KeySize(Mismatch),
    KeyInvalid(Mismatch),
    RequestInvalid(Mismatch),
    /// One sample takes more memory than the caller allows.
    MemoryLimit(Mismatch),
    /// The caller's cancel flag was seen set.
    Cancelled,
    /// A defect of the engine: a caught panic or a step that cannot fail, yet did.
    Internal {
        message: String,
    },
}

impl EngineError {
    /// Every value that [`EngineError::code`] can give.
    pub const CODES: [&'static str; 16] = [
        "ENVELOPE_TRUNCATED",
        "ENVELOPE_FOREIGN",
        "ENVELOPE_VERSION",
        "ENVELOPE_KIND",
        "ENVELOPE_LENGTH",
        "ENVELOPE_CHECKSUM",
        "CIRCUIT_MISMATCH",
        "CIRCUIT_INVALID",
        "PARAMETERS_UNSUPPORTED",
        "PARAMETERS_INSECURE",
        "KEY_SIZE",
        "KEY_INVALID",
        "REQUEST_INVALID",
        "MEMORY_LIMIT",
        "CANCELLED",
        "ENGINE_FAILURE",
    ];

    pub fn code(&self) -> &'static str {
        match self {
            Self::EnvelopeTruncated(_) => "ENVELOPE_TRUNCATED",
            Self::EnvelopeForeign(_) => "ENVELOPE_FOREIGN",
            Self::EnvelopeVersion(_) => "ENVELOPE_VERSION",
            Self::EnvelopeKind(_) => "ENVELOPE_KIND",
            Self::EnvelopeLength(_) => "ENVELOPE_LENGTH",
            Self::EnvelopeChecksum(_) => "ENVELOPE_CHECKSUM",
            Self::CircuitMismatch(_) => "CIRCUIT_MISMATCH",
            Self::CircuitInvalid(_) => "CIRCUIT_INVALID",
            Self::ParametersUnsupported(_) => "PARAMETERS_UNSUPPORTED",
            Self::ParametersInsecure(_) => "PARAMETERS_INSECURE",
            Self::KeySize(_) => "KEY_SIZE",
            Self::KeyInvalid(_) => "KEY_INVALID",
            Self::RequestInvalid(_) => "REQUEST_INVALID",
            Self::MemoryLimit(_) => "MEMORY_LIMIT",
            Self::Cancelled => "CANCELLED",
            Self::Internal { .. } => "ENGINE_FAILURE",
        }
    }

    /// Both sides of the mismatch, where the error is one.
    pub fn mismatch(&self) -> Option<&Mismatch> {
        match self {
            Self::EnvelopeTruncated(mismatch)
            | Self::EnvelopeForeign(mismatch)
            | Self::EnvelopeVersion(mismatch)
            | Self::EnvelopeKind(mismatch)
            | Self::EnvelopeLength(mismatch)
            | Self::EnvelopeChecksum(mismatch)
            | Self::CircuitMismatch(mismatch)
            | Self::CircuitInvalid(mismatch)
            | Self::ParametersUnsupported(mismatch)
            | Self::ParametersInsecure(mismatch)
            | Self::KeySize(mismatch)
            | Self::KeyInvalid(mismatch)
            | Self::RequestInvalid(mismatch)
            | Self::MemoryLimit(mismatch) => Some(mismatch),
            Self::Cancelled | Self::Internal { .. } => None,
        }
    }

    /// What the caller can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::EnvelopeTruncated(_) | Self::EnvelopeLength(_) | Self::EnvelopeChecksum(_) => {
                "The bytes changed on the way: send them again, whole and unaltered."
            }
            Self::EnvelopeForeign(_) => "Pass the bytes that Tacit wrote, envelope included.",
            Self::EnvelopeVersion(_) => "Use the same version of Tacit on both sides.",
            Self::EnvelopeKind(_) => "Pass each artefact where it belongs: circuit, evaluation key, request.",
            Self::CircuitMismatch(_) => {
                "Make keys and requests with the client spec of the circuit that is evaluated."
            }
            Self::CircuitInvalid(_) => "Compile the circuit again.",
            Self::ParametersUnsupported(_) => "Compile the circuit again with supported parameters.",
            Self::ParametersInsecure(_) => {
                "Compile the circuit again with noise on or above the 128-bit curve."
            }
            Self::KeySize(_) | Self::KeyInvalid(_) => "Make a new key with the client spec of this circuit.",
            Self::RequestInvalid(_) => "Encrypt the samples again with the client spec of this circuit.",
            Self::MemoryLimit(_) => "Allow more memory, or compile a narrower net.",
            Self::Cancelled => return None,
            Self::Internal { .. } => "This is a defect of the engine: please report it.",
        })
    }
}

impl fmt::Display for EngineError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.mismatch()) {
            (_, Some(Mismatch { what, got, expected })) => {
                write!(formatter, "{what} is {got}, expected {expected}.")?
            }
            (Self::Internal { message }, None) => write!(formatter, "The engine failed: {message}.")?,
            (_, None) => write!(formatter, "The evaluation was cancelled.")?,
        }
        match self.hint() {
            Some(hint) => write!(formatter, " {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for EngineError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_listed_once_and_in_order() {
        let m = || Mismatch::new("value", 1, 2);
        let all = [
            EngineError::EnvelopeTruncated(m()),
            EngineError::EnvelopeForeign(m()),
            EngineError::EnvelopeVersion(m()),
            EngineError::EnvelopeKind(m()),
            EngineError::EnvelopeLength(m()),
            EngineError::EnvelopeChecksum(m()),
            EngineError::CircuitMismatch(m()),
            EngineError::CircuitInvalid(m()),
            EngineError::ParametersUnsupported(m()),
            EngineError::ParametersInsecure(m()),
            EngineError::KeySize(m()),
            EngineError::KeyInvalid(m()),
            EngineError::RequestInvalid(m()),
            EngineError::MemoryLimit(m()),
            EngineError::Cancelled,
            EngineError::Internal {
                message: "reason".into(),
            },
        ];
        let codes: Vec<_> = all.iter().map(EngineError::code).collect();
        assert_eq!(codes, EngineError::CODES);
    }

    #[test]
    fn the_message_names_both_sides_and_says_what_to_do() {
        let error = EngineError::KeySize(Mismatch::new("The evaluation key", "3 bytes", "9 bytes"));
        assert_eq!(
            error.to_string(),
            "The evaluation key is 3 bytes, expected 9 bytes. \
             Make a new key with the client spec of this circuit."
        );
    }
}
