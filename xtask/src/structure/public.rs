//! The paths in the public signatures of a module.
//!
//! Public are `pub` items: the lint `unreachable_pub` makes sure that others can reach them. Items, fields and modules
//! with `#[doc(hidden)]` are for generated code and do not count. The items that a macro call expands to are not seen,
//! and neither are derived implementations.

use std::collections::{BTreeMap, BTreeSet};

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Fields, ImplItem, Item, TraitItem, Visibility};

use super::names::{self, Mention};

/// The public signatures of a module, and what is needed to resolve the names in them.
#[derive(Debug, Default)]
pub(super) struct Surface {
    /// The paths in signatures of `pub` items, and the paths of `pub use`.
    pub(super) signatures: Vec<Exposed>,
    /// The items that are `pub`.
    pub(super) items: BTreeSet<String>,
    /// The paths in the definition of each type alias.
    pub(super) aliases: BTreeMap<String, Vec<Mention>>,
}

/// A path in a signature.
#[derive(Debug)]
pub(super) struct Exposed {
    pub(super) mention: Mention,
    /// The type and the trait that an implementation belongs to. It is public if both are.
    pub(super) owners: Vec<Vec<String>>,
}

impl Surface {
    pub(super) fn of(items: &[&Item]) -> Self {
        let mut surface = Self::default();
        items.iter().filter(|item| !is_hidden(attributes(item))).for_each(|item| surface.add(item));
        surface
    }

    fn add(&mut self, item: &Item) {
        if let Item::Type(alias) = item {
            let mut paths = Paths::default();
            paths.visit_type(&alias.ty);
            self.aliases.insert(names::plain(&alias.ident), paths.0);
        }
        let mut paths = Paths::default();
        match item {
            Item::Impl(implementation) => return self.add_impl(implementation),
            Item::Use(item) if is_public(&item.vis) => {
                let imports = names::imports(item).into_iter();
                paths.0.extend(imports.map(|import| Mention { path: import.path, line: import.line }));
            }
            Item::Const(item) if is_public(&item.vis) => paths.visit_type(&item.ty),
            Item::Static(item) if is_public(&item.vis) => paths.visit_type(&item.ty),
            Item::Type(item) if is_public(&item.vis) => paths.visit_item_type(item),
            Item::Fn(item) if is_public(&item.vis) => paths.visit_signature(&item.sig),
            Item::Struct(item) if is_public(&item.vis) => {
                paths.visit_generics(&item.generics);
                paths.fields(&item.fields, false);
            }
            Item::Enum(item) if is_public(&item.vis) => {
                paths.visit_generics(&item.generics);
                item.variants.iter().for_each(|variant| paths.fields(&variant.fields, true));
            }
            Item::Trait(item) if is_public(&item.vis) => {
                paths.visit_generics(&item.generics);
                item.supertraits.iter().for_each(|bound| paths.visit_type_param_bound(bound));
                item.items.iter().for_each(|item| paths.trait_item(item));
            }
            _ => return,
        }
        self.items.extend(names::defined(item));
        self.signatures.extend(paths.0.into_iter().map(|mention| Exposed { mention, owners: Vec::new() }));
    }

    fn add_impl(&mut self, implementation: &syn::ItemImpl) {
        let mut owners = Vec::new();
        if let syn::Type::Path(owner) = &*implementation.self_ty {
            owners.push(path(&owner.path));
        }
        let mut paths = Paths::default();
        paths.visit_generics(&implementation.generics);
        paths.visit_type(&implementation.self_ty);
        if let Some((_, of, _)) = &implementation.trait_ {
            owners.push(path(of));
            paths.visit_path(of);
        }
        for item in &implementation.items {
            match item {
                ImplItem::Fn(item) if is_public(&item.vis) && !is_hidden(&item.attrs) => {
                    paths.visit_signature(&item.sig);
                }
                ImplItem::Const(item) if is_public(&item.vis) => paths.visit_type(&item.ty),
                ImplItem::Type(item) => paths.visit_type(&item.ty),
                _ => {}
            }
        }
        self.signatures
            .extend(paths.0.into_iter().map(|mention| Exposed { mention, owners: owners.clone() }));
    }
}

/// Collects paths, but for those in bodies, values and attributes.
#[derive(Default)]
struct Paths(Vec<Mention>);

impl Paths {
    fn fields(&mut self, fields: &Fields, all: bool) {
        let public = fields.iter().filter(|field| (all || is_public(&field.vis)) && !is_hidden(&field.attrs));
        public.for_each(|field| self.visit_type(&field.ty));
    }

    fn trait_item(&mut self, item: &TraitItem) {
        match item {
            TraitItem::Fn(item) if !is_hidden(&item.attrs) => self.visit_signature(&item.sig),
            TraitItem::Const(item) => self.visit_type(&item.ty),
            TraitItem::Type(item) => self.visit_trait_item_type(item),
            _ => {}
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_path(&mut self, named: &'ast syn::Path) {
        self.0.push(Mention { path: path(named), line: named.span().start().line });
        visit::visit_path(self, named);
    }

    fn visit_expr(&mut self, _: &'ast syn::Expr) {}
    fn visit_attribute(&mut self, _: &'ast Attribute) {}
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

fn path(named: &syn::Path) -> Vec<String> {
    named.segments.iter().map(|segment| names::plain(&segment.ident)).collect()
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Whether an element has `#[doc(hidden)]`.
pub(super) fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("doc")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|argument| argument == "hidden")
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
