//! Tables for people.

use crate::printable::text;

/// A heading and lines, with columns as wide as they need to be. Columns with `true` are aligned at the right. No cell controls the
/// terminal or begins a line of its own.
pub(crate) fn aligned<const N: usize>(columns: [(&str, bool); N], rows: &[[String; N]]) -> Vec<String> {
    let heading = columns.map(|(name, _)| name.to_owned());
    let cells = rows.iter().map(|row| std::array::from_fn(|column| text(&row[column]).into_owned()));
    let rows: Vec<[String; N]> = std::iter::once(heading).chain(cells).collect();
    let widths: [usize; N] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).zip(columns).map(|((cell, width), (_, right))| {
            if right { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_makes_no_line_of_its_own() {
        let rows = [["billing\nok  forged\u{1b}[2J".to_owned(), "1".to_owned()]];
        let table = aligned([("GROUP", false), ("LAG", true)], &rows);
        assert_eq!(table.len(), 2, "{table:?}");
        assert_eq!(table[1], r"billing\nok  forged\u{1b}[2J    1");
    }
}
