//! Robustness against published and independent numbers, and its promise of identical bits.

mod asem;
mod identical;
mod project;
mod reference;
