//! Diagrams: who writes to a topic, who reads it, and where failures go. Columns of boxes, with arrows from left to right.

use super::rich::Part;

/// The most boxes in a column; what is left is one more box.
const MOST: usize = 12;
/// The longest text in a box, in characters.
const LONGEST: usize = 24;
const BOX_WIDTH: usize = 224;
const BOX_HEIGHT: usize = 50;
const GAP_X: usize = 56;
const GAP_Y: usize = 16;
/// Room for the titles of the columns.
const TOP: usize = 26;

/// A diagram with its positions.
#[derive(Debug)]
pub(super) struct Flow {
    /// What it shows, for readers that do not see it.
    pub(super) label: String,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) columns: Vec<Column>,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
}

/// The title of a column.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) title: &'static str,
    pub(super) x: usize,
}

/// A box.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: &'static str,
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) text: String,
    /// The whole text, if it was cut.
    pub(super) full: String,
    pub(super) note: Option<String>,
    pub(super) path: Option<String>,
    /// How far below the upper side the name is written.
    pub(super) baseline: usize,
}

/// An arrow.
#[derive(Debug)]
pub(super) struct Edge {
    pub(super) kind: &'static str,
    /// The line and its head, in commands of SVG.
    pub(super) path: String,
    pub(super) head: String,
}

/// A diagram that is put together.
#[derive(Debug, Default)]
pub(super) struct Draft {
    columns: Vec<(&'static str, Vec<Item>)>,
    edges: Vec<(At, At, &'static str)>,
}

/// A box without a position.
#[derive(Debug)]
struct Item {
    kind: &'static str,
    name: String,
    note: Option<String>,
    path: Option<String>,
}

/// A box by its column and its place in it.
pub(super) type At = (usize, usize);

impl Draft {
    /// Adds a column and returns its index.
    pub(super) fn column(&mut self, title: &'static str) -> usize {
        self.columns.push((title, Vec::new()));
        self.columns.len() - 1
    }

    /// Adds a box to a column, unless it has one for this name. What does not fit is counted in the last box.
    pub(super) fn node(&mut self, column: usize, kind: &'static str, name: Part, note: Option<String>) -> At {
        let (name, path) = match name {
            Part::Text(name) | Part::Code(name) => (name, None),
            Part::Link { text, path } => (text, Some(path)),
        };
        let items = &mut self.columns[column].1;
        let index = items.iter().position(|item| item.name == name).unwrap_or_else(|| {
            items.push(Item { kind, name, note, path });
            items.len() - 1
        });
        (column, index)
    }

    /// Adds an arrow.
    pub(super) fn edge(&mut self, from: At, to: At, kind: &'static str) {
        self.edges.push((from, to, kind));
    }

    /// The number of boxes.
    pub(super) fn len(&self) -> usize {
        self.columns.iter().map(|(_, items)| items.len()).sum()
    }

    /// Gives everything its position. Columns without a box are left out.
    pub(super) fn drawn(self, label: String) -> Flow {
        let rows = |count: usize| count.min(MOST + 1);
        let tallest = self.columns.iter().map(|(_, items)| rows(items.len())).max().unwrap_or(0).max(1);
        let height = TOP + tallest * (BOX_HEIGHT + GAP_Y) - GAP_Y + 2;
        let (mut x, mut columns, mut nodes) = (1, Vec::new(), Vec::new());
        let mut places: Vec<(usize, usize)> = Vec::new();
        for (title, items) in self.columns {
            let count = rows(items.len());
            let used = count * (BOX_HEIGHT + GAP_Y);
            let first = TOP + (height - TOP + GAP_Y).saturating_sub(used) / 2;
            places.push((x, first));
            if items.is_empty() {
                continue;
            }
            columns.push(Column { title, x });
            let total = items.len();
            for (index, item) in items.into_iter().enumerate().take(MOST) {
                let y = first + index * (BOX_HEIGHT + GAP_Y);
                let (text, is_cut) = shortened(&item.name);
                let full = if is_cut { item.name } else { String::new() };
                let baseline = if item.note.is_some() { 21 } else { 30 };
                nodes.push(Node {
                    kind: item.kind,
                    x,
                    y,
                    text,
                    full,
                    note: item.note,
                    path: item.path,
                    baseline,
                });
            }
            if total > MOST {
                let y = first + MOST * (BOX_HEIGHT + GAP_Y);
                let text = format!("and {} more", total - MOST);
                let full = String::new();
                nodes.push(Node { kind: "more", x, y, text, full, note: None, path: None, baseline: 30 });
            }
            x += BOX_WIDTH + GAP_X;
        }
        let middle = |(column, index): At| {
            let (x, first) = places[column];
            (x, first + index.min(MOST) * (BOX_HEIGHT + GAP_Y) + BOX_HEIGHT / 2)
        };
        let mut edges: Vec<Edge> = Vec::new();
        for (from, to, kind) in self.edges {
            let ((left, y1), (right, y2)) = (middle(from), middle(to));
            let left = left + BOX_WIDTH;
            let bend = left + (right - left) / 2;
            let end = right - 7;
            let path = format!("M{left} {y1}C{bend} {y1} {bend} {y2} {end} {y2}");
            if !edges.iter().any(|edge| edge.path == path) {
                let head = format!("M{end} {}L{} {y2}L{end} {}Z", y2 - 4, right - 1, y2 + 4);
                edges.push(Edge { kind, path, head });
            }
        }
        Flow { label, width: x - GAP_X + 1, height, columns, nodes, edges }
    }
}

/// A text that fits into a box, and whether it was cut. Ends of names differ more often than their starts.
fn shortened(name: &str) -> (String, bool) {
    let plain: String = name.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    let count = plain.chars().count();
    if count <= LONGEST {
        let is_cut = plain != name;
        return (plain, is_cut);
    }
    let tail: String = plain.chars().skip(count - (LONGEST - 1)).collect();
    (format!("…{tail}"), true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::rich::code;

    #[test]
    fn boxes_do_not_overlap_and_long_columns_are_cut() {
        let mut draft = Draft::default();
        let (left, _, right) = (draft.column("a"), draft.column("empty"), draft.column("b"));
        let topic = draft.node(right, "topic", code("t"), None);
        for index in 0..20 {
            let service = draft.node(left, "service", code(format!("s{index}")), None);
            draft.edge(service, topic, "flow");
        }
        assert_eq!(draft.node(left, "service", code("s3"), None), (0, 3));
        let flow = draft.drawn(String::new());
        assert_eq!(flow.columns.len(), 2);
        assert_eq!(flow.nodes.len(), MOST + 2);
        assert_eq!(flow.nodes[MOST].text, "and 8 more");
        // Arrows of what was cut start at the box that counts it.
        assert_eq!(flow.edges.len(), MOST + 1);
        for (index, node) in flow.nodes.iter().enumerate() {
            assert!(node.x + BOX_WIDTH < flow.width && node.y + BOX_HEIGHT < flow.height);
            for other in &flow.nodes[..index] {
                assert!(other.x != node.x || other.y + BOX_HEIGHT <= node.y);
            }
        }
    }

    #[test]
    fn long_names_keep_their_ends() {
        let (text, is_cut) = shortened("com.example.orders.very.long.name.v1");
        assert!(is_cut && text.chars().count() == LONGEST && text.ends_with("long.name.v1"), "{text}");
        assert_eq!(shortened("two\nlines"), ("two lines".to_owned(), true));
    }
}
