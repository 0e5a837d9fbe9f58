//! Ranking methods that work on the decision matrix as a whole: one file per method.
