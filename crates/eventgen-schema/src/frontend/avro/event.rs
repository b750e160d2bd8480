//! The data of contracts and events that only Avro has.

use eventgen_avro::parse::Root;

use super::format::SCHEMA_TYPE;
use crate::contract::{Contract, Event};

/// The parsed definitions behind a contract.
#[derive(Debug)]
pub(super) struct Definitions {
    pub(super) roots: Vec<Root>,
}

/// CRC-64-AVRO of the parsing canonical form of a schema (specification 1.12, "Schema Fingerprints").
#[derive(Debug)]
pub(super) struct Fingerprint(pub(super) u64);

impl Event {
    /// For an event in Avro: the CRC-64-AVRO of its schema's parsing canonical form (specification 1.12, "Schema
    /// Fingerprints").
    pub fn avro_fingerprint(&self) -> Option<u64> {
        self.data::<Fingerprint>().map(|fingerprint| fingerprint.0)
    }
}

/// The parsed definitions of the Avro schemas of a contract.
pub(super) fn roots(contract: &Contract) -> &[Root] {
    contract.data::<Definitions>(SCHEMA_TYPE).map(|definitions| &definitions.roots[..]).unwrap_or_default()
}
