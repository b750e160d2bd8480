//! Diagrams: who writes to a topic, who reads it, and where failures go. Columns of boxes, with arrows from left to right.

use super::rich::Part;

/// The most boxes in a column; what is left is one more box.
const MOST: usize = 12;
/// The longest line in a box, in characters. A name may take two.
const LINE: usize = 22;
const BOX_WIDTH: usize = 204;
/// The height of boxes, and of those in a diagram that has a name of two lines.
const BOX_HEIGHTS: [usize; 2] = [50, 66];
const GAP_X: usize = 44;
const GAP_Y: usize = 16;
const LINE_HEIGHT: usize = 17;
/// Room for the titles of the columns.
const TOP: usize = 26;

/// A diagram with its positions.
#[derive(Debug)]
pub(super) struct Flow {
    /// What it shows, for readers that do not see it.
    pub(super) label: String,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) box_width: usize,
    pub(super) box_height: usize,
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
    pub(super) lines: Vec<Line>,
    /// The whole name, if it was cut.
    pub(super) full: String,
    pub(super) path: Option<String>,
}

/// A line of text in a box.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) y: usize,
    /// Whether it is not the name.
    pub(super) is_note: bool,
}

impl Node {
    /// A box whose lines are in the middle of its height.
    fn new(item: Item, (x, y): (usize, usize), height: usize) -> Self {
        let (mut texts, is_cut) = lines(&item.name);
        let names = texts.len();
        texts.extend(item.note);
        // The baseline of the first line: half of a letter below the middle of what all take.
        let first = y + (height + 10).saturating_sub((texts.len() - 1) * LINE_HEIGHT) / 2;
        let line = |(index, text)| Line { text, y: first + index * LINE_HEIGHT, is_note: index >= names };
        let lines = texts.into_iter().enumerate().map(line).collect();
        let full = if is_cut { item.name } else { String::new() };
        Self { kind: item.kind, x, y, lines, full, path: item.path }
    }
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
        let names = self.columns.iter().flat_map(|(_, items)| items.iter().take(MOST));
        let box_height =
            BOX_HEIGHTS[usize::from(names.into_iter().any(|item| lines(&item.name).0.len() > 1))];
        let tallest = self.columns.iter().map(|(_, items)| rows(items.len())).max().unwrap_or(0).max(1);
        let height = TOP + tallest * (box_height + GAP_Y) - GAP_Y + 2;
        let (mut x, mut columns, mut nodes) = (1, Vec::new(), Vec::new());
        let mut places: Vec<(usize, usize)> = Vec::new();
        for (title, items) in self.columns {
            let count = rows(items.len());
            let used = count * (box_height + GAP_Y);
            let first = TOP + (height - TOP + GAP_Y).saturating_sub(used) / 2;
            places.push((x, first));
            if items.is_empty() {
                continue;
            }
            columns.push(Column { title, x });
            let total = items.len();
            for (index, item) in items.into_iter().enumerate().take(MOST) {
                let y = first + index * (box_height + GAP_Y);
                nodes.push(Node::new(item, (x, y), box_height));
            }
            if total > MOST {
                let y = first + MOST * (box_height + GAP_Y);
                let name = format!("and {} more", total - MOST);
                nodes.push(Node::new(
                    Item { kind: "more", name, note: None, path: None },
                    (x, y),
                    box_height,
                ));
            }
            x += BOX_WIDTH + GAP_X;
        }
        let middle = |(column, index): At| {
            let (x, first) = places[column];
            (x, first + index.min(MOST) * (box_height + GAP_Y) + box_height / 2)
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
        Flow { label, width: x - GAP_X + 1, height, box_width: BOX_WIDTH, box_height, columns, nodes, edges }
    }
}

/// The lines of a name in a box, and whether it was cut. A cut name keeps both ends: names differ in either.
fn lines(name: &str) -> (Vec<String>, bool) {
    let plain: Vec<char> = name.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    let text = |chars: &[char]| chars.iter().collect::<String>();
    let is_changed = text(&plain) != name;
    if plain.len() <= LINE {
        return (vec![text(&plain)], is_changed);
    }
    if plain.len() > 2 * LINE {
        let start = format!("{}…", text(&plain[..LINE - 1]));
        return (vec![start, text(&plain[plain.len() - LINE..])], true);
    }
    // After a mark or before a capital letter, as far to the right as the line is long.
    let is_end = |at: &usize| ".-_ ".contains(plain[at - 1]) || plain[*at].is_uppercase();
    let end = (plain.len() - LINE..=LINE).rev().find(is_end).unwrap_or(LINE);
    (vec![text(&plain[..end]), text(&plain[end..])], is_changed)
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
        assert_eq!(flow.nodes[MOST].lines[0].text, "and 8 more");
        // Arrows of what was cut start at the box that counts it.
        assert_eq!(flow.edges.len(), MOST + 1);
        for (index, node) in flow.nodes.iter().enumerate() {
            assert!(node.x + BOX_WIDTH < flow.width && node.y + flow.box_height < flow.height);
            for other in &flow.nodes[..index] {
                assert!(other.x != node.x || other.y + flow.box_height <= node.y);
            }
        }
    }

    #[test]
    fn long_names_take_two_lines_and_keep_their_ends() {
        let shown = |name: &str| {
            let (lines, is_cut) = lines(name);
            assert!(lines.iter().all(|line| line.chars().count() <= LINE), "{lines:?}");
            (lines.join("|"), is_cut)
        };
        assert_eq!(shown("orders.v1"), ("orders.v1".to_owned(), false));
        assert_eq!(
            shown("warehouse-shipping-projector"),
            ("warehouse-shipping-|projector".to_owned(), false)
        );
        assert_eq!(
            shown("InternationalFreightConsignment"),
            ("InternationalFreight|Consignment".to_owned(), false)
        );
        assert_eq!(shown(&"x".repeat(30)), (format!("{}|{}", "x".repeat(22), "x".repeat(8)), false));
        let long = "com.example.warehouse.international.multileg.consignment.v1";
        assert_eq!(shown(long), ("com.example.warehouse…|ultileg.consignment.v1".to_owned(), true));
        assert_eq!(shown("two\nlines"), ("two lines".to_owned(), true));
    }

    #[test]
    fn lines_are_inside_of_their_box() {
        let mut draft = Draft::default();
        let column = draft.column("a");
        for name in ["short", "a-name-that-takes-two-lines"] {
            draft.node(column, "service", code(name), None);
            draft.node(column, "service", code(format!("{name}2")), Some("a note".to_owned()));
        }
        let flow = draft.drawn(String::new());
        for node in &flow.nodes {
            for line in &node.lines {
                assert!(line.y >= node.y + 10 && line.y + 3 <= node.y + flow.box_height, "{node:?}");
            }
        }
    }
}
