//! Spoils files.
