//! Where weights come from: one file per method.
