//! Integration tests, in one binary.

mod robustness;
