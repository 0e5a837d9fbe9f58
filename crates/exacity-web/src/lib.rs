//! The workbench: the views of a project live in a browser on the same machine, with the same engine.
//!
//! One thread owns the project (`desk`, behind `engine`); requests ask it. Long work (draws, plans) runs on
//! threads of its own and streams what it has (`runs`). The page holds no numbers of its own: it sends what
//! was moved, and shows the words and widths that come back. A project that breaks on disk while somebody
//! works keeps its last good state on screen, marked.
//!
//! `guard` is the door: requests from other hosts, origins or without the token of the printed link are
//! turned away before anything else happens. Only files that belong to the project can be read or written.

mod answer;
mod app;
mod assets;
mod choices;
mod desk;
mod engine;
mod export;
mod files;
pub mod guard;
mod json;
mod live;
mod plans;
mod rules;
mod runs;
mod save;
mod study;
mod views;
mod watch;
mod weights;

pub use app::{App, router};
pub use watch::watch;
