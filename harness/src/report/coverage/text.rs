//! Matrices for people: one character or two a cell, and the words below.

use std::collections::BTreeMap;

use super::super::page::{Page, WIDTH};
use super::super::paint::{Paint, Tone};
use super::super::tally::plural;
use super::{Cell, Is, Matrix, Row};
use crate::spec::Level;

/// Every matrix with what is missing in it and what cannot be.
#[must_use]
pub fn render(matrices: &[Matrix], paint: Paint) -> String {
    let mut page = Page::new(paint);
    page.line("+ tested, . not tested, - impossible; evidence: D documented, R recorded,");
    page.line("r reported, i inferred; capital letters are scored");
    for matrix in matrices {
        page.gap();
        page.line(&paint.tone(Tone::Strong, &matrix.name));
        page.gap();
        let columns = Columns::of(matrix);
        columns.legend(&mut page);
        columns.head(&mut page);
        for row in &matrix.rows {
            columns.row(row, &mut page);
        }
        missing(matrix, &mut page);
        reasons(matrix, &mut page);
    }
    page.finish()
}

/// How the columns of a matrix are laid out.
struct Columns<'a> {
    names: &'a [String],
    heads: Vec<String>,
    /// What stands between two columns; letters stand close together.
    gap: &'static str,
    /// How wide the names of the rows are.
    margin: usize,
}

impl<'a> Columns<'a> {
    fn of(matrix: &'a Matrix) -> Self {
        let names = matrix.rows.iter().map(|row| row.name.chars().count());
        let margin = names.max().unwrap_or(0) + 2;
        let width: usize = matrix.columns.iter().map(|name| name.len() + 1).sum();
        let (heads, gap) = if margin + width <= WIDTH {
            (matrix.columns.clone(), " ")
        } else {
            let letters = ('a'..='z').chain('A'..='Z');
            let letters = letters.map(String::from);
            (letters.take(matrix.columns.len()).collect(), "")
        };
        Self {
            names: &matrix.columns,
            heads,
            gap,
            margin,
        }
    }

    /// What the letters stand for, where the names are too long for heads.
    fn legend(&self, page: &mut Page) {
        if self.heads != self.names {
            for (head, name) in self.heads.iter().zip(self.names) {
                page.line(&format!("  {head}  {name}"));
            }
            page.gap();
        }
    }

    fn head(&self, page: &mut Page) {
        page.line(&format!(
            "{:1$}{2}",
            "",
            self.margin,
            self.heads.join(self.gap)
        ));
    }

    fn row(&self, row: &Row, page: &mut Page) {
        let mut line = format!("{:1$}", row.name, self.margin);
        for (head, name) in self.heads.iter().zip(self.names) {
            let cell = row.cells.iter().find(|cell| cell.column == *name);
            let mark = cell.map(mark).unwrap_or_default();
            line.push_str(&format!("{mark:0$}{1}", head.len(), self.gap));
        }
        page.line(&line);
    }
}

fn mark(cell: &Cell) -> String {
    let level = match cell.level {
        Some(Level::Documented) => "D",
        Some(Level::Recorded) => "R",
        Some(Level::Reported) => "r",
        Some(Level::Inferred) => "i",
        None => "",
    };
    let is = match cell.is {
        Is::Tested => "+",
        Is::Not => ".",
        Is::Impossible => "-",
    };
    format!("{level}{is}")
}

fn missing(matrix: &Matrix, page: &mut Page) {
    let count = |is: Is| matrix.cells().filter(|(_, cell)| cell.is == is).count();
    page.gap();
    page.line(&format!(
        "{}: {} tested, {} not, {} impossible",
        plural(matrix.cells().count(), "cell"),
        count(Is::Tested),
        count(Is::Not),
        count(Is::Impossible),
    ));
    for (row, cell) in matrix.cells().filter(|(_, cell)| cell.is == Is::Not) {
        page.prose(
            "  not tested: ",
            &format!("{row}, {}", cell.column),
            Tone::Bad,
        );
    }
}

/// Why cells cannot be filled, the most frequent reason first.
fn reasons(matrix: &Matrix, page: &mut Page) {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, cell) in matrix.cells() {
        if let Some(because) = &cell.because {
            *reasons.entry(because).or_default() += 1;
        }
    }
    let mut reasons: Vec<(&str, usize)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, cells)| std::cmp::Reverse(*cells));
    for (reason, cells) in reasons {
        page.prose(&format!("  {cells:>4} impossible: "), reason, Tone::Faint);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::samples::assert_snapshot;
    use super::*;

    fn cell(column: &str, is: Is, level: Option<Level>) -> Cell {
        Cell {
            column: column.to_owned(),
            is,
            level,
            because: (is == Is::Impossible).then(|| "Nobody can.".to_owned()),
        }
    }

    #[test]
    fn matrices_fit_into_a_page_whatever_their_columns_are_called() {
        let long: Vec<String> = (1..=4)
            .map(|number| format!("ExceptionWithALongNameNumber{number}"))
            .collect();
        let evidence = Matrix {
            name: "rule x evidence".to_owned(),
            columns: ["outcome", "code"].map(str::to_owned).to_vec(),
            rows: vec![Row {
                name: "aws/a/one".to_owned(),
                cells: vec![
                    cell("outcome", Is::Tested, Some(Level::Documented)),
                    cell("code", Is::Not, Some(Level::Inferred)),
                ],
            }],
        };
        let errors = Matrix {
            name: "operation x error code".to_owned(),
            columns: long.clone(),
            rows: vec![Row {
                name: "import".to_owned(),
                cells: vec![
                    cell(&long[0], Is::Tested, None),
                    cell(&long[1], Is::Impossible, None),
                    cell(&long[3], Is::Not, None),
                ],
            }],
        };
        let text = render(&[evidence, errors], Paint::Plain);
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
        assert_snapshot("coverage", &text);
    }
}
