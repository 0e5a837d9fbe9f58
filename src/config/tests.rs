//! Tests over whole projects held in memory.
