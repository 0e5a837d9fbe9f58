//! Arithmetic that every platform agrees on.
//!
//! Scores decide ranks, and a rank must not depend on the machine. Whatever the standard library
//! delegates to the platform (powers, logarithms, the order of a sum) has its one home here.

pub mod float;
pub mod lanes;
pub mod matrix;
pub mod rank;
pub mod rng;
pub mod round;
pub mod simplex;
pub mod stats;
pub mod student;
