//! Scores and ranks places from TOML weights and Rhai strategies, and says how it came to the answer.
//!
//! A project is a folder: `exacity.toml`, data and scripts. Reading it gives either a checked
//! [`Project`](project::Project) or everything that is wrong with it; scoring is a function from a
//! project to a [`Scoreboard`](score::Scoreboard) that keeps every intermediate value.
//!
//! ```
//! use exacity::{config, score, sources::builtin::BuiltinSources};
//!
//! let loaded = config::load(&BuiltinSources, &config::Request::default());
//! let project = loaded.value.expect("the shipped project is valid").project;
//! let board = &score::score(&project).expect("it can be scored").boards[0];
//! for ranked in &board.ranking {
//!     println!("{} {} {:.1}", ranked.rank, project.league[ranked.place].name, ranked.score);
//! }
//! # assert_eq!(board.ranking[0].rank.to_string(), "1");
//! ```
//!
//! The stages, in the order in which data moves through them: [`sources`] read bytes, [`dataset`] makes
//! observations of them, [`config`] resolves the project; [`prepare`], [`normalise`] and [`aggregate`] hold
//! the methods that [`score`] runs, with [`rules`] for scripts; [`report`] shows the result. `ARCHITECTURE.md`
//! is the map.

pub mod aggregate;
pub mod audit;
pub mod bulk;
#[cfg(feature = "cli")]
pub mod cli;
pub mod config;
pub mod dataset;
pub mod diagnostics;
pub mod manifest;
pub mod model;
pub mod normalise;
pub mod num;
pub mod outrank;
pub mod parts;
#[cfg(feature = "planning")]
pub mod plan;
pub mod prepare;
pub mod project;
pub mod report;
pub mod robustness;
pub mod rules;
pub mod score;
pub mod sources;
pub mod weigh;
