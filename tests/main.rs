//! The integration tests, in one binary: linking once is most of their cost.

mod cli;
mod method_properties;
mod reference_normalise;
mod reference_treat;
mod shipped_data;
