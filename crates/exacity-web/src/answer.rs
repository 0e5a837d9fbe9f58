//! What a request is refused with: a status, and findings as every other front end shows them.

use crate::json::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use exacity::diagnostics::{Code, Diagnostic, Diagnostics, Files};
use exacity::report::findings::Finding;
use serde_json::json;

/// A refusal.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) findings: Vec<Finding>,
}

/// What most requests end with.
pub(crate) type Answer<T> = Result<T, Refusal>;

impl Refusal {
    /// Refuses settings that the engine refuses.
    pub(crate) fn found(found: &Diagnostics, files: &Files) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            findings: Finding::all(found, files),
        }
    }

    /// Refuses with one finding.
    pub(crate) fn one(status: StatusCode, finding: &Diagnostic) -> Self {
        Self {
            status,
            findings: vec![Finding::new(finding, &Files::default())],
        }
    }

    /// Refuses weights that cannot be.
    pub(crate) fn weights(message: impl Into<String>, help: &str) -> Self {
        let finding = Diagnostic::new(Code("E0706"), message).help(help);
        Self::one(StatusCode::UNPROCESSABLE_ENTITY, &finding)
    }

    /// Refuses to read or write a file.
    pub(crate) fn file(status: StatusCode, message: impl Into<String>, help: &str) -> Self {
        Self::one(status, &Diagnostic::new(Code("E0707"), message).help(help))
    }

    /// Refuses something that does not exist.
    pub(crate) fn unknown(message: impl Into<String>) -> Self {
        let finding = Diagnostic::new(Code("E0313"), message);
        Self::one(StatusCode::NOT_FOUND, &finding)
    }

    /// The engine's thread is gone; only a defect of ours ends it.
    pub(crate) fn stopped() -> Self {
        let finding = Diagnostic::new(Code("E0705"), "the engine has stopped")
            .help("start `exacity serve` again; your files are as you saved them");
        Self::one(StatusCode::INTERNAL_SERVER_ERROR, &finding)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({ "diagnostics": self.findings });
        (self.status, Json(body)).into_response()
    }
}
