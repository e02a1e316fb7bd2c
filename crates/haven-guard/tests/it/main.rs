//! The tests of the guard.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]
