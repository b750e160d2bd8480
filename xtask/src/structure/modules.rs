//! The module tree of one crate, read from its files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::Item;

use super::names::{self, Import, Mention};
use super::public::{self, Surface};
use crate::error::{Context as _, Failure};

/// The modules of a crate. The root is the first.
pub(super) struct Crate {
    pub(super) modules: Vec<Module>,
}

pub(super) type ModuleId = usize;

/// A module: a file, or a part of one.
pub(super) struct Module {
    pub(super) file: PathBuf,
    pub(super) parent: Option<ModuleId>,
    /// By name. A name may have several files, each with another `cfg`.
    pub(super) children: BTreeMap<String, Vec<ModuleId>>,
    /// The names of what the module defines itself. Types, values and macros share one set.
    pub(super) items: BTreeSet<String>,
    pub(super) imports: Vec<Import>,
    pub(super) mentions: Vec<Mention>,
    /// Whether this is a file that only declares modules and imports names.
    pub(super) is_facade: bool,
    /// Whether the module itself has `#[doc(hidden)]`; see [`Crate::is_hidden`].
    has_hidden: bool,
    pub(super) surface: Surface,
}

impl Crate {
    /// Reads a crate from the file of its root module.
    pub(super) fn read(root: &Path) -> Result<Self, Failure> {
        let mut found = Self { modules: Vec::new() };
        // The modules of a root file are in its folder, whatever its name is.
        found.read_file(root, root.parent().unwrap_or(root), None)?;
        Ok(found)
    }

    /// Whether a module, or one around it, has `#[doc(hidden)]`.
    pub(super) fn is_hidden(&self, module: ModuleId) -> bool {
        let module = &self.modules[module];
        module.has_hidden || module.parent.is_some_and(|parent| self.is_hidden(parent))
    }

    fn read_file(
        &mut self,
        file: &Path,
        folder: &Path,
        parent: Option<ModuleId>,
    ) -> Result<ModuleId, Failure> {
        let text = fs::read_to_string(file).context(file.display())?;
        let parsed = syn::parse_file(&text).context(file.display())?;
        self.add(file, folder, parent, &without_tests(&parsed.items))
    }

    fn add(
        &mut self,
        file: &Path,
        folder: &Path,
        parent: Option<ModuleId>,
        items: &[&Item],
    ) -> Result<ModuleId, Failure> {
        let id = self.modules.len();
        let is_file = parent.is_none_or(|parent: ModuleId| self.modules[parent].file != file);
        let (imports, mentions) = names::of(items);
        self.modules.push(Module {
            file: file.to_owned(),
            parent,
            children: BTreeMap::new(),
            items: items.iter().filter_map(|item| names::defined(item)).collect(),
            imports,
            mentions,
            is_facade: is_file && items.iter().all(|item| is_declaration(item)),
            has_hidden: false,
            surface: Surface::of(items),
        });
        for item in items {
            let Item::Mod(module) = item else { continue };
            let name = names::plain(&module.ident);
            let child = match &module.content {
                Some((_, items)) => self.add(file, &folder.join(&name), Some(id), &without_tests(items))?,
                None => self.read_child(file, folder, module, id)?,
            };
            self.modules[child].has_hidden = public::is_hidden(&module.attrs);
            self.modules[id].children.entry(name).or_default().push(child);
        }
        Ok(id)
    }

    /// Reads the file of `mod name;`.
    fn read_child(
        &mut self,
        parent_file: &Path,
        folder: &Path,
        module: &syn::ItemMod,
        parent: ModuleId,
    ) -> Result<ModuleId, Failure> {
        let name = names::plain(&module.ident);
        if let Some(path) = names::path_attribute(module) {
            let file = normal(&parent_file.parent().unwrap_or(parent_file).join(path));
            let folder = file.parent().unwrap_or(&file).to_owned();
            return self.read_file(&file, &folder, Some(parent));
        }
        let below = folder.join(&name);
        let (beside, inside) = (folder.join(format!("{name}.rs")), below.join("mod.rs"));
        let file = if beside.is_file() { beside } else { inside };
        self.read_file(&file, &below, Some(parent))
    }
}

fn is_declaration(item: &Item) -> bool {
    matches!(item, Item::Mod(_) | Item::Use(_) | Item::ExternCrate(_))
}

fn without_tests(items: &[Item]) -> Vec<&Item> {
    items.iter().filter(|item| !names::is_test(item)).collect()
}

/// A path without `..`, so that a file has one name.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        if part == std::path::Component::ParentDir && out.file_name().is_some() {
            out.pop();
        } else {
            out.push(part);
        }
    }
    out
}
