//! One binary for all integration tests: it links once, and its modules run side by side.

mod shipped_data;
