//! What producers and consumers emit.

mod catalog;
