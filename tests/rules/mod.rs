//! Strategies from their files.

mod commands;
mod explained;
mod shipped;
