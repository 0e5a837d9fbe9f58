//! What to build, when, and whether targets can be reached.

pub mod forecast;
pub mod reach;
pub mod sizing;
pub mod solver;
pub mod utilisation;
