//! The integration tests, in one binary: linking once is most of their cost.

mod cli;
mod layers;
mod method_properties;
mod reference_mcda;
mod reference_normalise;
mod reference_treat;
mod rules;
mod shipped_data;
