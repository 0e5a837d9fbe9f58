//! What to build, when, and whether targets can be reached.
//!
//! A plan's file becomes an [`instance`]; [`build_out`] and [`facility`] write it as a program and read the
//! answer back; [`solver`] solves programs and checks what comes back; [`study`] asks the same program
//! further questions: what binds, what a little more would be worth, what else would do.

pub mod build_out;
pub mod facility;
pub mod forecast;
pub mod instance;
pub mod reach;
mod read;
pub mod sizing;
pub mod solver;
pub mod study;
pub mod utilisation;

pub use read::{PlanFile, Scenario, read};
