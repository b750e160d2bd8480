//! What all pages have around their content.

use super::site::Site;

/// The frame of a page.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// The title of the catalogue.
    pub(super) site: String,
    pub(super) environment: Option<String>,
    /// The title of the page in a browser's tab.
    pub(super) title: String,
    /// The way to the folder of the catalogue: empty, or `../`.
    pub(super) root: &'static str,
    /// The part of the catalogue that the page belongs to.
    pub(super) section: &'static str,
    pub(super) topics: usize,
    pub(super) events: usize,
    pub(super) services: usize,
}

impl Layout {
    /// The frame of a page in the folder of the catalogue.
    pub(super) fn top(site: &Site<'_>, title: &str, section: &'static str) -> Self {
        Self::new(site, title, section, "")
    }

    /// The frame of a page in a folder below.
    pub(super) fn below(site: &Site<'_>, title: &str, section: &'static str) -> Self {
        Self::new(site, title, section, "../")
    }

    fn new(site: &Site<'_>, title: &str, section: &'static str, root: &'static str) -> Self {
        Self {
            site: site.title.clone(),
            environment: site.environment.clone(),
            title: if title.is_empty() { site.title.clone() } else { format!("{title} · {}", site.title) },
            root,
            section,
            topics: site.topics.len(),
            events: site.events.len(),
            services: site.services.len(),
        }
    }
}
