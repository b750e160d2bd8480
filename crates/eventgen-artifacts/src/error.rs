//! Why there is no file.

/// An error of this crate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A template cannot be filled in. The contract is not at fault.
    #[error("{file} cannot be generated: {cause}")]
    #[non_exhaustive]
    Template {
        /// The file.
        file: String,
        /// The template engine's reason.
        cause: String,
    },
    /// Values cannot be written as JSON. The contract is not at fault.
    #[error("{file} cannot be generated: {cause}")]
    #[non_exhaustive]
    Json {
        /// The file.
        file: String,
        /// The serializer's reason.
        cause: String,
    },
}
