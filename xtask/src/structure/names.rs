//! The names that a module imports and mentions, tests aside.

use proc_macro2::{TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Meta, Token, UseTree, Visibility};

/// Macros whose tokens are code of another crate.
const QUOTES: [&str; 4] = ["quote", "quote_spanned", "parse_quote", "parse_quote_spanned"];

/// A `use`: one name, or all of a module.
#[derive(Debug)]
pub(super) struct Import {
    pub(super) path: Vec<String>,
    /// The name in this module. `None` for `*`.
    pub(super) name: Option<String>,
    pub(super) is_private: bool,
    pub(super) line: usize,
}

/// A path in code.
#[derive(Debug)]
pub(super) struct Mention {
    pub(super) path: Vec<String>,
    pub(super) line: usize,
}

/// All that items import and mention, but for what is in their inline modules.
pub(super) fn of(items: &[&Item]) -> (Vec<Import>, Vec<Mention>) {
    let mut names = Names::default();
    items.iter().filter(|item| !matches!(item, Item::Mod(_))).for_each(|item| names.visit_item(item));
    (names.imports, names.mentions)
}

/// What one `use` imports.
pub(super) fn imports(item: &syn::ItemUse) -> Vec<Import> {
    let mut names = Names::default();
    names.flatten(&item.tree, &mut Vec::new(), matches!(item.vis, Visibility::Inherited));
    names.imports
}

#[derive(Default)]
struct Names {
    imports: Vec<Import>,
    mentions: Vec<Mention>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(item) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !function.attrs.iter().any(is_test_attribute) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if item.leading_colon.is_none() {
            self.imports.extend(imports(item));
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            let names = path.segments.iter().map(|segment| plain(&segment.ident)).collect();
            self.mentions.push(Mention { path: names, line: path.span().start().line });
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        visit::visit_macro(self, called);
        if !called.path.segments.last().is_some_and(|name| QUOTES.iter().any(|quote| name.ident == quote)) {
            self.tokens(called.tokens.clone());
        }
    }

    // `pub(in path)` imports nothing, and attributes belong to the macros that read them.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

impl Names {
    fn flatten(&mut self, tree: &UseTree, path: &mut Vec<String>, is_private: bool) {
        let line = tree.span().start().line;
        let (last, name) = match tree {
            UseTree::Path(step) => {
                path.push(plain(&step.ident));
                self.flatten(&step.tree, path, is_private);
                path.pop();
                return;
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.flatten(tree, path, is_private));
                return;
            }
            UseTree::Name(name) => (Some(plain(&name.ident)), Some(plain(&name.ident))),
            UseTree::Rename(rename) => (Some(plain(&rename.ident)), Some(plain(&rename.rename))),
            UseTree::Glob(_) => (None, None),
        };
        let mut path = path.clone();
        // `use module::{self}` names the module.
        path.extend(last.filter(|last| last != "self"));
        let name = if name.as_deref() == Some("self") { path.last().cloned() } else { name };
        self.imports.push(Import { path, name, is_private, line });
    }

    /// Paths among the tokens of a macro call: names with `::` between them.
    fn tokens(&mut self, tokens: TokenStream) {
        let (mut path, mut colons, mut line): (Vec<String>, usize, usize) = (Vec::new(), 0, 0);
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Ident(ident) if colons == 2 && !path.is_empty() => path.push(plain(&ident)),
                TokenTree::Ident(ident) => {
                    self.end(&mut path, line);
                    line = ident.span().start().line;
                    path.push(plain(&ident));
                }
                TokenTree::Group(group) => {
                    self.end(&mut path, line);
                    self.tokens(group.stream());
                }
                _ => self.end(&mut path, line),
            }
            colons = 0;
        }
        self.end(&mut path, line);
    }

    /// A single name among tokens may be anything, a field or a local variable.
    fn end(&mut self, path: &mut Vec<String>, line: usize) {
        let path = std::mem::take(path);
        if path.len() > 1 {
            self.mentions.push(Mention { path, line });
        }
    }
}

/// The name that an item defines in its module.
pub(super) fn defined(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(plain(name))
}

/// A name without `r#`.
pub(super) fn plain(ident: &syn::Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").map(str::to_owned).unwrap_or(name)
}

/// The file of `#[path = "…"] mod name;`, also from a `cfg_attr`.
pub(super) fn path_attribute(module: &syn::ItemMod) -> Option<String> {
    fn value(meta: &Meta) -> Option<String> {
        match meta {
            Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
                syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
                _ => None,
            },
            Meta::List(list) if list.path.is_ident("cfg_attr") => metas(list).iter().find_map(value),
            _ => None,
        }
    }
    module.attrs.iter().find_map(|attribute| value(&attribute.meta))
}

/// Whether an item exists in tests or documentation only.
pub(super) fn is_test(item: &Item) -> bool {
    let attributes = match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(is_test_attribute)
}

fn is_test_attribute(attribute: &Attribute) -> bool {
    fn needs_test(meta: &Meta) -> bool {
        match meta {
            Meta::Path(path) => path.is_ident("test") || path.is_ident("doc"),
            Meta::List(list) if list.path.is_ident("all") => metas(list).iter().any(needs_test),
            _ => false,
        }
    }
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => metas(list).iter().any(needs_test),
        meta => needs_test(meta),
    }
}

fn metas(list: &syn::MetaList) -> Vec<Meta> {
    let parsed = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    parsed.map(|metas| metas.into_iter().collect()).unwrap_or_default()
}
