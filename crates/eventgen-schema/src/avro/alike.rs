//! Whether two definitions of one name say the same: as Java compares schemas, so that documentation may differ, a name
//! may be written in full or not, and a type may be defined inside or only named.

use super::declare::{Declarations, named_kind};
use super::names::qualify;
use crate::node::{Member, Node, Value};

/// What stands elsewhere in a comparison, or is none of the definition's meaning.
const NOT_COMPARED: [&str; 3] = ["name", "namespace", "doc"];

/// Whether two definitions of the same full name, in this namespace, are alike.
pub(super) fn alike(a: &Node, b: &Node, namespace: Option<&str>, declarations: &Declarations<'_>) -> bool {
    let comparison = Comparison { namespace, declarations };
    members(a, b, &NOT_COMPARED, |member, other| match member.name.as_str() {
        "fields" => lists(&member.value, other, |a, b| comparison.fields(a, b)),
        _ => member.value.to_json() == other.to_json(),
    })
}

struct Comparison<'a> {
    namespace: Option<&'a str>,
    declarations: &'a Declarations<'a>,
}

impl Comparison<'_> {
    fn fields(&self, a: &Node, b: &Node) -> bool {
        members(a, b, &["doc"], |member, other| match member.name.as_str() {
            "type" => self.schemas(&member.value, other),
            _ => member.value.to_json() == other.to_json(),
        })
    }

    fn schemas(&self, a: &Node, b: &Node) -> bool {
        let (a, b) = (unwrapped(a), unwrapped(b));
        match (self.name(a), self.name(b)) {
            (Some(a), Some(b)) => return a == b,
            (None, None) => {}
            _ => return false,
        }
        match (&a.value, &b.value) {
            (Value::Array(_), _) => lists(a, b, |a, b| self.schemas(a, b)),
            (Value::Object(_), Value::Object(_)) => {
                members(a, b, &[], |member, other| match member.name.as_str() {
                    "type" | "items" | "values" => self.schemas(&member.value, other),
                    _ => member.value.to_json() == other.to_json(),
                })
            }
            _ => false,
        }
    }

    /// The full name that a definition or a reference is about.
    fn name(&self, node: &Node) -> Option<String> {
        if let Some(written) = node.as_str() {
            let declaration = self.declarations.resolve(written, self.namespace);
            return Some(declaration.map_or_else(|| written.to_owned(), |found| found.name.to_string()));
        }
        named_kind(node)?;
        let namespace = node.get("namespace").and_then(Node::as_str).or(self.namespace);
        Some(qualify(node.get("name")?.as_str()?, namespace).to_string())
    }
}

/// `{"type": X}` is X.
fn unwrapped(node: &Node) -> &Node {
    match node.members() {
        [only] if only.name == "type" => unwrapped(&only.value),
        _ => node,
    }
}

/// Whether two objects have the same properties but for some, each of them alike.
fn members(a: &Node, b: &Node, but: &[&str], alike: impl Fn(&Member, &Node) -> bool) -> bool {
    let compared = |member: &&Member| !but.contains(&member.name.as_str());
    let (of_a, of_b) = (a.members().iter().filter(compared), b.members().iter().filter(compared));
    of_a.clone().count() == of_b.count()
        && of_a.clone().all(|member| b.get(&member.name).is_some_and(|other| alike(member, other)))
}

fn lists(a: &Node, b: &Node, alike: impl Fn(&Node, &Node) -> bool) -> bool {
    match (&a.value, &b.value) {
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        _ => a.to_json() == b.to_json(),
    }
}
