//! One binary for all integration tests: it links once, and its modules run side by side.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails, and tests may look at the machine"
)]

mod shipped_data;
