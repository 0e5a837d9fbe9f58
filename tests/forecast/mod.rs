//! Forecasts against an independent implementation (Python, scipy; see `tests/reference/planning`), and on
//! the shipped project.

mod questions;
mod reach;
mod reference;
mod shipped;
