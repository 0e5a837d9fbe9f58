//! What people and programs read: one view model, many writers.
//!
//! A *view* turns a project and its scoreboard into a [`Report`]: titles, sentences, tables with typed
//! cells. A *writer* turns any report into text, and never computes a number. The ranking has two
//! further contracts, the documents of [`scoreboard_json`] and [`scoreboard_csv`], which other
//! programs rely on.

mod colophon;
pub mod csv;
pub mod draws_csv;
pub mod figure;
pub mod findings;
#[cfg(feature = "charts")]
pub mod html;
pub mod json;
pub mod lang;
pub mod markdown;
mod method_json;
pub mod model;
pub mod number;
pub mod robustness_json;
pub mod scoreboard_csv;
pub mod scoreboard_json;
#[cfg(feature = "cli")]
pub mod terminal;
pub mod views;
#[cfg(feature = "xlsx")]
pub mod xlsx;

pub use colophon::colophon;
pub use lang::Lang;
pub use model::{Align, Column, Figure, Report, Section, Show, Table, Value};

#[cfg(test)]
pub(crate) mod sample;
