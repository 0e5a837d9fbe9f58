//! Where a stock of compute is heading, from three to eight figures at uneven dates.
//!
//! The models are closed forms on the logarithm of the stock: a random walk with drift
//! ([`walk::drift`], the default), a line through the points ([`walk::trend`], a cross-check that is
//! usually over-confident), partial pooling over analog places ([`pooled`]) and the committed pipeline
//! ([`pipeline`]). No seasonality, no change points, no choice of models behind the user's back: such
//! series do not carry it. A ceiling is an assumption that is passed in, and is never estimated.
//!
//! [`case`] answers a question from a file; [`place`] asks it of a project. Nothing here says what is
//! certain to happen: answers are bands and probabilities, and the centre of a band is its median.

mod analogs;
pub mod case;
mod model;
mod outlook;
pub mod pipeline;
pub mod place;
pub mod pooled;
mod series;
mod time;
pub mod walk;

pub use analogs::{Analog, Analogs, Desk};
pub use model::{Link, Method, Model, Spread};
pub use outlook::{Backtest, Band, HORIZON, Outlook, Required, backtest, outlook, required};
pub use series::Points;
pub use time::{date_of, decimal_year};
