//! The catalogue: a folder of static pages about the topics, events and services of a contract. It opens from disk, without a
//! server, a network or a framework.
//!
//! ```text
//! Contract ─▶ site (who is where, links) ─▶ pages (what a page shows) ─▶ templates ─▶ Files
//!                                            flow (diagrams), search (the index)
//!                                   ╰▶ exports (the forms of other catalogues) ─▶ Files
//! ```

mod exports;
mod facts;
mod flow;
mod layout;
mod links;
mod llms;
mod names;
mod pages;
mod prose;
mod rich;
mod search;
mod settings;
mod site;
mod words;

use eventgen_schema::Contract;

use crate::error::Error;
use crate::file::File;
pub use exports::Export;
use pages::Page;
pub use settings::Settings;
use site::Site;

/// The catalogue of a contract. Each file can be made on its own, and by several threads.
#[derive(Debug)]
pub struct Catalogue<'a> {
    site: Site<'a>,
    pages: Vec<Page>,
}

impl<'a> Catalogue<'a> {
    /// The catalogue of a contract.
    pub fn new(contract: &'a Contract, settings: &Settings) -> Self {
        let site = Site::new(contract, settings);
        let pages = Page::all(&site);
        Self { site, pages }
    }

    /// The number of files.
    pub fn file_count(&self) -> usize {
        self.pages.len()
    }

    /// The file at an index below [`file_count`](Self::file_count).
    ///
    /// # Errors
    /// A template cannot be filled in.
    ///
    /// # Panics
    /// There are fewer files.
    pub fn file(&self, index: usize) -> Result<File, Error> {
        self.pages[index].file(&self.site)
    }

    /// All files.
    ///
    /// # Errors
    /// A template cannot be filled in.
    pub fn files(&self) -> Result<Vec<File>, Error> {
        (0..self.file_count()).map(|index| self.file(index)).collect()
    }
}
