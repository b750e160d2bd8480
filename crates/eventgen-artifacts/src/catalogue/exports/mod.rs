//! The catalogue in the forms of other catalogues.

mod backstage;
mod eventcatalog;
mod markdown;
mod odcs;
mod odcs_properties;
mod yaml;

use eventgen_schema::Contract;

use super::settings::Settings;
use super::site::Site;
use crate::file::File;

/// A catalogue or standard that a contract can be written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Export {
    /// Folders of [`EventCatalog`](https://www.eventcatalog.dev): an event for each event, a channel for each topic, services and
    /// teams.
    EventCatalog,
    /// Entities of [Backstage](https://backstage.io): an API for each event, a resource for each topic, a component for each
    /// service.
    Backstage,
    /// Contracts of the [Open Data Contract Standard](https://bitol-io.github.io/open-data-contract-standard/) 3.1.0: one for
    /// each topic.
    Odcs,
}

impl Export {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::EventCatalog, Self::Backstage, Self::Odcs];

    /// The name on a command line, which is also that of the usual folder.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EventCatalog => "eventcatalog",
            Self::Backstage => "backstage",
            Self::Odcs => "odcs",
        }
    }

    /// The files of a contract.
    pub fn files(self, contract: &Contract, settings: &Settings) -> Vec<File> {
        let site = Site::new(contract, settings);
        match self {
            Self::EventCatalog => eventcatalog::files(&site, &settings.version),
            Self::Backstage => vec![backstage::file(&site)],
            Self::Odcs => odcs::files(&site, &settings.version),
        }
    }
}
