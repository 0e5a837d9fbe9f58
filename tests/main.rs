//! Integration tests, in one binary.

mod reference_mcda;
