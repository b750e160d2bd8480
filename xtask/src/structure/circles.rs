//! No circle of imports between the files of a crate.
//!
//! An edge goes from a file to the file that defines what it uses. Uses are private `use` declarations, paths in code,
//! and paths among the tokens of macro calls. Declarations of modules and re-exports are not uses: a name is followed
//! through them to its definition, so that a `mod.rs` which only declares and re-exports is in no circle. An import of
//! a module counts where the code names something in it. Tests inside of files do not count.
//!
//! The resolution is approximate where the compiler knows more:
//! - types, values and macros share their names, and local variables are not distinguished from items: a variable with
//!   the name of a function that the file re-exports counts as its use;
//! - all `cfg`s but tests are on, so that a name may have several definitions;
//! - methods are not resolved, and an `impl` belongs to the file that contains it;
//! - `macro_rules!` are found by path only, and what is inside `quote!` is code of another crate.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::allowed::Arrow;
use super::modules::{Crate, ModuleId};
use super::resolve::Definition;

/// By user and used file: the first line and path of the use.
#[derive(Debug, Default)]
pub(super) struct Graph(BTreeMap<(PathBuf, PathBuf), (usize, String)>);

impl Graph {
    /// Adds the uses between the files of a crate.
    pub(super) fn add(&mut self, found: &Crate) {
        (0..found.modules.len()).for_each(|module| self.add_uses(found, module));
    }

    fn add_uses(&mut self, found: &Crate, id: ModuleId) {
        let module = &found.modules[id];
        let imports = module.imports.iter().filter(|import| import.is_private && !module.is_facade);
        let imports = imports.map(|import| (&import.path, import.line));
        let mentions = module.mentions.iter().map(|mention| (&mention.path, mention.line));
        for (path, line) in imports.chain(mentions) {
            for definition in found.definitions(id, path) {
                let Definition::Item(used) = definition else { continue };
                if used != module.file {
                    let edge = self.0.entry((module.file.clone(), used));
                    let first = edge.or_insert_with(|| (line, path.join("::")));
                    if line < first.0 {
                        *first = (line, path.join("::"));
                    }
                }
            }
        }
    }

    /// What is wrong: circles that remain without the allowed arrows, and arrows that need not be allowed.
    pub(super) fn violations(&self, repository: &Path, allowed: &[Arrow]) -> Vec<String> {
        let mut violations = Vec::new();
        let mut edges = Edges::new();
        for (from, to) in self.0.keys() {
            edges.entry(from).or_default().insert(to);
        }
        let files: Vec<[PathBuf; 2]> =
            allowed.iter().map(|arrow| [arrow.from, arrow.to].map(|file| repository.join(file))).collect();
        let existed: Vec<bool> = files
            .iter()
            .map(|[from, to]| edges.get_mut(from.as_path()).is_some_and(|used| used.remove(to.as_path())))
            .collect();
        for ((arrow, [from, to]), existed) in allowed.iter().zip(&files).zip(existed) {
            if !existed || shortest_way(&edges, to, from).is_none() {
                let Arrow { from, to, reason } = arrow;
                violations
                    .push(format!("{from} -> {to} ({reason}) is in no circle: remove it from allowed.rs"));
            }
        }
        while let Some(circle) = shortest_circle(&edges) {
            let mut text = "circle of imports:".to_owned();
            for (from, to) in &circle {
                let (line, path) = &self.0[&((*from).to_owned(), (*to).to_owned())];
                let [from, to] =
                    [from, to].map(|file| file.strip_prefix(repository).unwrap_or(file).display());
                let _ = write!(text, "\n  {from}:{line} uses `{path}`, which is in {to}");
            }
            violations.push(text);
            // Circles that share a file with this one are seldom another problem; if so, they show once it is broken.
            for (file, _) in circle {
                edges.remove(file);
            }
        }
        violations
    }
}

/// By user: the files that it uses.
type Edges<'a> = BTreeMap<&'a Path, BTreeSet<&'a Path>>;
type Edge<'a> = (&'a Path, &'a Path);

fn shortest_circle<'a>(edges: &Edges<'a>) -> Option<Vec<Edge<'a>>> {
    let all = edges.iter().flat_map(|(&from, used)| used.iter().map(move |&to| (from, to)));
    let circles = all.filter_map(|(from, to)| {
        let mut circle = vec![(from, to)];
        circle.extend(shortest_way(edges, to, from)?);
        Some(circle)
    });
    circles.min_by_key(Vec::len)
}

/// The edges from one file to another, breadth first.
fn shortest_way<'a>(edges: &Edges<'a>, start: &Path, end: &Path) -> Option<Vec<Edge<'a>>> {
    let mut reached: BTreeMap<&Path, Edge<'a>> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(file) = queue.pop_front() {
        let Some((&from, used)) = edges.get_key_value(file) else { continue };
        for &to in used {
            if to != start && !reached.contains_key(to) {
                reached.insert(to, (from, to));
                queue.push_back(to);
            }
        }
    }
    let mut way = Vec::new();
    let mut file = end;
    while file != start {
        let edge = *reached.get(file)?;
        way.push(edge);
        file = edge.0;
    }
    way.reverse();
    Some(way)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::planted;

    fn violations(files: &[(&str, &str)], allowed: &[Arrow]) -> Vec<String> {
        let folder = planted::files(files);
        let mut graph = Graph::default();
        graph.add(&Crate::read(&folder.path().join("lib.rs")).expect("the files parse"));
        graph.violations(folder.path(), allowed)
    }

    /// A crate whose two files use each other, the second as given.
    fn two_files(second: &str) -> Vec<String> {
        let first = "use crate::second::B;\n\npub struct A(B);\n";
        violations(
            &[("lib.rs", "mod first;\nmod second;\n"), ("first.rs", first), ("second.rs", second)],
            &[],
        )
    }

    #[test]
    fn a_circle_is_reported_with_its_files_and_lines() {
        let found = two_files("pub struct B;\n\nfn f() {\n    let _: crate::first::A;\n}\n");
        let expected = "circle of imports:\n  \
            first.rs:1 uses `crate::second::B`, which is in second.rs\n  \
            second.rs:4 uses `crate::first::A`, which is in first.rs";
        assert_eq!(found, [expected]);
    }

    #[test]
    fn every_way_to_name_an_item_is_a_use() {
        let uses = [
            "use crate::first::A as Other;",
            "use super::first::{A};",
            "use crate::first;\nfn f(_: first::A) {}",
            "use super::first::*;\nfn f(_: A) {}",
            "fn f() {\n    use crate::first::A;\n}",
            "fn f() {\n    println!(\"{}\", crate::first::A::SIZE);\n}",
            "impl crate::first::A {}",
            "mod inner {\n    use crate::first::A;\n}",
        ];
        for second in uses {
            assert_eq!(two_files(&format!("pub struct B;\n{second}\n")).len(), 1, "{second}");
        }
    }

    #[test]
    fn tests_quoted_code_and_imported_modules_are_no_uses() {
        let no_uses = [
            "#[cfg(test)]\nmod tests {\n    use crate::first::A;\n}",
            "#[cfg(all(test, unix))]\nuse crate::first::A;",
            "#[cfg(doc)]\nuse crate::first::A;",
            "#[test]\nfn f() {\n    let _: crate::first::A;\n}",
            "fn f() {\n    quote!(crate::first::A);\n}",
            "use crate::first;",
            "pub(in crate::first) struct C;",
        ];
        for second in no_uses {
            assert_eq!(two_files(&format!("pub struct B;\n{second}\n")), [""; 0], "{second}");
        }
    }

    #[test]
    fn names_are_followed_through_re_exports() {
        let facade = [
            ("lib.rs", "mod a;\nmod b;\n"),
            ("a/mod.rs", "mod inner;\npub use inner::{A, f};\n"),
            ("a/inner.rs", "use crate::b::B;\npub struct A(B);\npub fn f() {}\n"),
            ("b.rs", "pub struct B;\nfn g() {\n    crate::a::f();\n}\n"),
        ];
        let found = violations(&facade, &[]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("b.rs:3 uses `crate::a::f`, which is in a/inner.rs"), "{found:?}");
    }

    #[test]
    fn a_file_that_only_declares_and_re_exports_is_in_no_circle() {
        let facade = ("lib.rs", "mod a;\npub use a::A;\nuse a::B;\n");
        assert_eq!(violations(&[facade, ("a.rs", "pub struct A(super::B);\npub struct B;\n")], &[]), [""; 0]);
        let code = ("lib.rs", "mod a;\nuse a::A;\npub struct B(A);\n");
        assert_eq!(violations(&[code, ("a.rs", "pub struct A;\nuse super::B;\n")], &[]).len(), 1);
    }

    #[test]
    fn allowed_arrows_must_close_a_circle() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\n"),
            ("a.rs", "pub struct A(crate::b::B);\n"),
            ("b.rs", "pub struct B;\nuse super::a::A;\n"),
        ];
        let arrow = |from, to| Arrow { from, to, reason: "a test" };
        assert_eq!(violations(&files, &[arrow("b.rs", "a.rs")]), [""; 0]);
        let unneeded = |arrow: &str| format!("{arrow} (a test) is in no circle: remove it from allowed.rs");
        let both = violations(&files, &[arrow("b.rs", "a.rs"), arrow("a.rs", "b.rs")]);
        assert_eq!(both, [unneeded("b.rs -> a.rs"), unneeded("a.rs -> b.rs")]);
        let gone = violations(&files, &[arrow("b.rs", "a.rs"), arrow("b.rs", "c.rs")]);
        assert_eq!(gone, [unneeded("b.rs -> c.rs")]);
    }

    #[test]
    fn paths_of_modules_are_followed() {
        let files = [
            ("lib.rs", "#[cfg_attr(unix, path = \"other.rs\")]\nmod a;\nmod b;\n"),
            ("other.rs", "pub struct A(crate::b::B);\n"),
            ("b.rs", "pub struct B;\nuse super::a::A;\n"),
        ];
        assert_eq!(violations(&files, &[]).len(), 1);
    }
}
