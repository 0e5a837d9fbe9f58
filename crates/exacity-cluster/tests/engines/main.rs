//! The binary as people run it: the bytes of `exacity score`, in one process, on two executors, and when one
//! of them is killed in the middle of its work.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and read files, clocks and the environment"
)]

mod bad_input;
mod cluster;
mod local;
mod stage;
