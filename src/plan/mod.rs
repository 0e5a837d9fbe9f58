//! What to build, when, and whether targets can be reached.

pub mod solver;
