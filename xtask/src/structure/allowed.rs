//! What breaks the rules of the structure today, with the reason. Entries that are not needed fail.

/// An import that closes a circle.
pub(super) struct Arrow {
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    /// Why it is allowed.
    pub(super) reason: &'static str,
}

/// A file outside of the languages' folders that decides by the language.
pub(super) struct Decider {
    pub(super) file: &'static str,
    /// On how many lines.
    pub(super) lines: usize,
    /// Why it is allowed.
    pub(super) reason: &'static str,
}

/// A package whose types public signatures may contain.
pub(super) struct Exposed {
    pub(super) package: &'static str,
    /// Our packages that have them in their API.
    pub(super) users: &'static [&'static str],
    /// Why it is allowed.
    pub(super) reason: &'static str,
}

pub(super) const ARROWS: &[Arrow] = &[];

pub(super) const DECIDERS: &[Decider] = &[];

/// A new major version of one of these packages is a new major version of its users.
pub(super) const EXPOSED: &[Exposed] = &[
    Exposed {
        package: "bigdecimal",
        users: &["eventgen", "eventgen-avro"],
        reason: "values of decimals with more than 28 digits",
    },
    Exposed {
        package: "chrono",
        users: &["eventgen", "eventgen-avro"],
        reason: "values of dates, times and timestamps",
    },
    Exposed {
        package: "jiff",
        users: &["eventgen", "eventgen-avro"],
        reason: "values of dates, times and timestamps, with the feature `jiff`",
    },
    Exposed {
        package: "rust_decimal",
        users: &["eventgen", "eventgen-avro"],
        reason: "values of decimals with at most 28 digits",
    },
    Exposed { package: "uuid", users: &["eventgen", "eventgen-avro"], reason: "values of uuids" },
    Exposed {
        package: "bytes",
        users: &["eventgen"],
        reason: "the key of a received record, which shares memory with other records",
    },
    Exposed { package: "prost", users: &["eventgen"], reason: "generated messages implement its traits" },
    Exposed { package: "prost-types", users: &["eventgen"], reason: "well-known types of Protobuf" },
    Exposed {
        package: "serde",
        users: &["eventgen-admin", "eventgen-avro"],
        reason: "values implement its traits",
    },
    Exposed { package: "serde_json", users: &["eventgen-avro"], reason: "schemas and defaults are JSON" },
    Exposed {
        package: "sqlx",
        users: &["eventgen-outbox"],
        reason: "the transactions in which events are stored, with the feature `sqlx`",
    },
    Exposed {
        package: "tokio-postgres",
        users: &["eventgen-outbox"],
        reason: "the transactions in which events are stored, with the feature `tokio-postgres`",
    },
    Exposed {
        package: "eventgen-schema",
        users: &["eventgen-admin", "eventgen-artifacts", "eventgen-build"],
        reason: "contracts and diagnostics; the versions are released together",
    },
    Exposed {
        package: "eventgen-codegen",
        users: &["eventgen-build"],
        reason: "settings and errors; the versions are released together",
    },
];
