//! JSON in and out. axum's own would do the same; it turns on a feature of `serde_json` that has the whole
//! engine built a second time.

use crate::answer::Refusal;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use exacity::diagnostics::{Code, Diagnostic};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A document.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let malformed = |why: String| {
            let finding =
                Diagnostic::new(Code("E0101"), format!("the request cannot be read: {why}"));
            Refusal::one(StatusCode::BAD_REQUEST, &finding)
        };
        // A form of another site cannot send this type without asking first.
        let kind = request.headers().get(CONTENT_TYPE);
        if !kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json")) {
            return Err(malformed("it is not JSON".to_owned()));
        }
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|error| malformed(error.to_string()))?;
        let read = serde_json::from_slice(&bytes);
        read.map(Self).map_err(|error| malformed(error.to_string()))
    }
}

impl IntoResponse for Json<Value> {
    fn into_response(self) -> Response {
        let headers = [(CONTENT_TYPE, "application/json")];
        (headers, self.0.to_string()).into_response()
    }
}
