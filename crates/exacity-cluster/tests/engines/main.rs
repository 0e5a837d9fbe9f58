//! The binary as people run it: the bytes of `exacity score`, in one process, on two executors, and when one
//! of them is killed in the middle of its work.

mod bad_input;
mod cluster;
mod local;
mod stage;
