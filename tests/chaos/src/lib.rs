//! Consumers and producers on a failing cluster: what happens to them, and a checker of what they did.

#![allow(missing_docs, reason = "an interface of programs in this folder only; what needs words has them")]

pub mod checker;
pub mod history;
pub mod stream;
