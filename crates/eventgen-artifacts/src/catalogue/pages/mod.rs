//! The pages: each prepares what its template shows.

mod event;
mod fields;
mod lists;
mod overview;
mod service;
mod topic;

use super::site::Site;
use super::{llms, search};
use crate::error::Error;
use crate::file::File;

/// A file of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    Overview,
    /// A page of a list by its number, from 0.
    Topics(usize),
    Events(usize),
    Services(usize),
    Topic(usize),
    Event(usize),
    Service(usize),
    Search,
    Style,
    Script,
    Llms,
}

impl Page {
    /// The files of a site.
    pub(super) fn all(site: &Site<'_>) -> Vec<Self> {
        let lists =
            |count: usize, page: fn(usize) -> Self| (0..count.div_ceil(lists::LENGTH).max(1)).map(page);
        let mut pages = vec![Self::Overview, Self::Search, Self::Style, Self::Script, Self::Llms];
        pages.extend(lists(site.topics.len(), Self::Topics));
        pages.extend(lists(site.events.len(), Self::Events));
        pages.extend(lists(site.services.len(), Self::Services));
        pages.extend((0..site.topics.len()).map(Self::Topic));
        pages.extend((0..site.events.len()).map(Self::Event));
        pages.extend((0..site.services.len()).map(Self::Service));
        pages
    }

    /// The file with its text.
    pub(super) fn file(self, site: &Site<'_>) -> Result<File, Error> {
        let asset = |path: &str, text: &str| Ok(File { path: path.to_owned(), text: text.to_owned() });
        match self {
            Self::Overview => File::render("index.html".to_owned(), &overview::Overview::new(site)),
            Self::Topics(number) => lists::topics(site, number),
            Self::Events(number) => lists::events(site, number),
            Self::Services(number) => lists::services(site, number),
            Self::Topic(index) => topic::page(site, &site.topics[index]),
            Self::Event(index) => event::page(site, &site.events[index]),
            Self::Service(index) => service::page(site, &site.services[index]),
            Self::Search => search::index(site),
            Self::Style => asset(
                "assets/catalogue.css",
                include_str!("../../../templates/catalogue/assets/catalogue.css"),
            ),
            Self::Script => {
                asset("assets/catalogue.js", include_str!("../../../templates/catalogue/assets/catalogue.js"))
            }
            Self::Llms => Ok(llms::list(site)),
        }
    }
}
