//! Puts panels on the grid, from left to right, under the headings of rows.

use super::model::{GridPosition, Item, Panel, Row};

/// The columns of the grid.
const COLUMNS: u32 = 24;

/// What stands on the grid so far.
#[derive(Debug, Default)]
pub(super) struct Layout {
    items: Vec<Item>,
    x: u32,
    y: u32,
    /// The height of the line that is being filled.
    height: u32,
}

impl Layout {
    /// Begins a row with a heading.
    pub(super) fn row(&mut self, title: &str) {
        self.break_line();
        let position = GridPosition { h: 1, w: COLUMNS, x: 0, y: self.y };
        self.items.push(Item::Row(Row::new(self.next_id(), title.to_owned(), position)));
        self.y += 1;
    }

    /// Adds a panel in the size that it has.
    pub(super) fn panel(&mut self, mut panel: Panel) {
        let GridPosition { w, h, .. } = panel.grid_pos;
        if self.x + w > COLUMNS {
            self.break_line();
        }
        panel.grid_pos = GridPosition { x: self.x, y: self.y, w, h };
        panel.id = self.next_id();
        self.x += w;
        self.height = self.height.max(h);
        self.items.push(Item::Panel(Box::new(panel)));
    }

    /// Adds panels, if there are any, under a heading.
    pub(super) fn section(&mut self, title: &str, panels: Vec<Panel>) {
        if panels.is_empty() {
            return;
        }
        self.row(title);
        for panel in panels {
            self.panel(panel);
        }
    }

    pub(super) fn into_items(self) -> Vec<Item> {
        self.items
    }

    fn break_line(&mut self) {
        self.y += self.height;
        (self.x, self.height) = (0, 0);
    }

    fn next_id(&self) -> u32 {
        u32::try_from(self.items.len()).unwrap_or(u32::MAX).saturating_add(1)
    }
}
