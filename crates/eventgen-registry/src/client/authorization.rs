//! How a client proves who it is, and how that is kept out of errors.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The credentials of a client.
#[derive(Clone)]
pub(super) enum Authorization {
    Basic { user: String, password: String },
    Bearer(String),
}

/// Stands for what is left out.
const HIDDEN: &str = "…";

impl Authorization {
    /// What a registry said, without the credentials: a proxy may answer with the request that it got.
    pub(super) fn removed_from(&self, text: &str) -> String {
        match self {
            Self::Basic { user, password } => {
                let encoded = STANDARD.encode(format!("{user}:{password}"));
                without(&without(text, &encoded), password)
            }
            Self::Bearer(token) => without(text, token),
        }
    }
}

fn without(text: &str, secret: &str) -> String {
    if secret.is_empty() { text.to_owned() } else { text.replace(secret, HIDDEN) }
}
