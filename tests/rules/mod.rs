//! Strategies from their files.

mod explained;
mod shipped;
