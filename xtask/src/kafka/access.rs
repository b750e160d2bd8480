//! Open and secured clusters.

/// Who may connect to a cluster, and how.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody, without encryption. An access control list restricts those whom it names.
    Open,
    /// With TLS, and a client certificate or a password. What no access control list allows is denied. Without encryption, as an
    /// administrator: a test prepares the cluster so.
    Secured,
}
