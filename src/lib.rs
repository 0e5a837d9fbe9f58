//! exacity

pub mod aggregate;
#[cfg(feature = "cli")]
pub mod cli;
pub mod config;
pub mod dataset;
pub mod diagnostics;
pub mod model;
pub mod normalise;
pub mod num;
pub mod outrank;
pub mod prepare;
pub mod project;
pub mod report;
pub mod robustness;
pub mod rules;
pub mod score;
pub mod sources;
pub mod weigh;
