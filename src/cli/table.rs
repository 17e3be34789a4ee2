//! Columns for people, each as wide as its widest cell. Colours are written always;
//! [`print_styled`] leaves them out where they are not wanted.

use std::fmt::Write as _;

use super::look::{STRONG, tame};
use anstyle::Style;

/// Between two columns.
const GAP: &str = "  ";

/// Stands for nothing.
const NOTHING: &str = "-";

/// One cell: a line of text.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// A text with a style. An empty text is shown as `-`.
    pub(super) fn new(text: impl Into<String>, style: Style) -> Self {
        // A cell is in one line.
        let text = tame(&text.into()).replace('\n', "\\u{a}");
        let text = if text.is_empty() {
            NOTHING.into()
        } else {
            text
        };
        Self { text, style }
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::new(text, Style::new())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::new(text, Style::new())
    }
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Self {
        text.unwrap_or_default().into()
    }
}

/// Rows of cells.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table with a line of headings.
    pub(super) fn with_header(columns: &[&str]) -> Self {
        let header = columns.iter().map(|column| Cell::new(*column, STRONG));
        Self {
            rows: vec![header.collect()],
        }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: impl Into<Vec<Cell>>) {
        self.rows.push(cells.into());
    }

    /// The table as text, a line each row.
    pub(super) fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(Cell::width).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut gap = 0;
            for (cell, width) in row.iter().zip(&widths) {
                let style = cell.style;
                // Writing to a String cannot fail. The gap is written late, so that
                // no line ends in blanks.
                let _ = write!(text, "{:gap$}{style}{}{style:#}", "", cell.text);
                gap = width - cell.width() + GAP.len();
            }
            text.push('\n');
        }
        text
    }
}

/// Prints a text with colours to standard output; without them where that is no
/// terminal, or NO_COLOR is set. A reader that is gone is no failure of ours.
pub(super) fn print_styled(text: &str) {
    use std::io::Write as _;
    let _ = anstream::stdout().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;

    use super::*;
    use crate::cli::look::{BAD, GOOD};

    #[test]
    fn columns_are_aligned_and_no_line_ends_in_blanks() {
        let mut table = Table::with_header(&["NAME", "STATE", "NOTE"]);
        table.row([Cell::from("a"), Cell::new("fresh", GOOD), "".into()]);
        table.row(["longer".into(), Cell::new("é", BAD), "x y".into()]);
        insta::assert_snapshot!(strip_str(&table.render()).to_string(), @r"
        NAME    STATE  NOTE
        a       fresh  -
        longer  é      x y
        ");
        assert!(table.render().contains("\u{1b}[31mé\u{1b}[0m      x y"));
        let mut short = Table::default();
        short.row(["only".into()]);
        short.row(["a".into(), "b".into()]);
        assert_eq!(strip_str(&short.render()).to_string(), "only\na     b\n");
    }
}
