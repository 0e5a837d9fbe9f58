//! Strategies from their files.

mod shipped;
