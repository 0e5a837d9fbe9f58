//! The integration tests, in one binary: linking once is most of their cost.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::float_cmp,
    reason = "tests fail by panicking, read files where they lie, and compare bits on purpose"
)]

mod bulk;
mod cli;
#[cfg(feature = "planning")]
mod forecast;
mod fuzz;
mod generated;
mod golden;
mod hostile;
mod layers;
mod method_properties;
mod mistakes;
#[cfg(feature = "planning")]
mod plan;
mod properties;
mod ranking_methods;
mod reference_hdi;
mod reference_indices;
mod reference_mcda;
mod reference_normalise;
mod reference_treat;
mod robustness;
mod rules;
mod shipped_data;
mod shipped_project;
mod tutorial;
