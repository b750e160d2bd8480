//! How a client proves who it is.

/// The credentials of a client.
#[derive(Clone)]
pub(super) enum Authorization {
    Basic { user: String, password: String },
    Bearer(String),
}
