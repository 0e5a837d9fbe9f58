//! Robustness against published and independent numbers, and its promise of identical bits.

mod identical;
mod reference;
