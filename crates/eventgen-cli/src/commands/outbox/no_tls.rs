//! In place of `tls`, for a command that is built without it.

pub(crate) use tokio_postgres::NoTls as Tls;
use tokio_postgres::config::Config;

use super::address::{Mode, TlsProperties};
use crate::failure::Failure;

/// Connects without TLS, unless the address asks for it.
pub(super) fn connector(properties: &TlsProperties, _: &mut Config) -> Result<Tls, Failure> {
    match properties.mode {
        None | Some(Mode::Disable | Mode::Prefer) => Ok(Tls),
        Some(_) => Err(Failure::Tls {
            reason: "this command is built without it: install it with the feature `tls`".to_owned(),
        }),
    }
}
