//! A page of text, 80 columns wide.

use super::paint::{Paint, Tone};
use super::visible::{visible, visible_line};

/// How wide a line of ours may be, in characters.
pub(super) const WIDTH: usize = 80;

/// How many rows a single long line of a message may take.
const ROWS_OF_A_LINE: usize = 5;

/// How many lines of a message are shown.
const LINES_OF_A_MESSAGE: usize = 30;

/// Text under construction.
pub(super) struct Page {
    text: String,
    paint: Paint,
}

impl Page {
    pub(super) fn new(paint: Paint) -> Self {
        Self {
            text: String::new(),
            paint,
        }
    }

    pub(super) fn paint(&self) -> Paint {
        self.paint
    }

    /// Adds a line that is laid out already.
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// Ends a paragraph; a page neither begins with an empty line nor holds two in a row.
    pub(super) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Adds words, broken between words, all rows after the label's column.
    pub(super) fn prose(&mut self, label: &str, words: &str, tone: Tone) {
        let indent = label.chars().count();
        let mut label = label.to_owned();
        for row in wrap(&visible_line(words), WIDTH.saturating_sub(indent)) {
            let row = self.paint.tone(tone, &row);
            self.line(&format!("{label}{row}"));
            label = " ".repeat(indent);
        }
    }

    /// Adds a message as it is, indented; long lines are folded, and what is too much is only counted.
    pub(super) fn message(&mut self, indent: usize, message: &str) {
        let margin = " ".repeat(indent);
        let message = visible(message.replace("\r\n", "\n").trim_end());
        let mut lines = message.lines();
        for line in lines.by_ref().take(LINES_OF_A_MESSAGE) {
            for row in fold(&line.replace('\t', " "), WIDTH.saturating_sub(indent)) {
                self.line(&format!("{margin}{row}"));
            }
        }
        let left_out = lines.count();
        if left_out > 0 {
            self.line(&format!("{margin}… and {left_out} lines more"));
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// The text in at most `width` characters, with a sign where something is left out.
pub(super) fn shorten(text: &str, width: usize) -> String {
    let text = visible_line(text);
    if text.chars().count() <= width {
        return text;
    }
    let mut short: String = text.chars().take(width.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// Rows of at most `width` characters, broken between words; a longer word has a row of its own.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut rows = vec![String::new()];
    for word in text.split_whitespace() {
        let row = rows.last_mut().expect("there is always a row");
        if row.is_empty() {
            row.push_str(word);
        } else if row.chars().count() + 1 + word.chars().count() <= width {
            row.push(' ');
            row.push_str(word);
        } else {
            rows.push(word.to_owned());
        }
    }
    rows
}

/// Rows of exactly `width` characters but the last, and at most [`ROWS_OF_A_LINE`] of them.
fn fold(line: &str, width: usize) -> Vec<String> {
    let characters: Vec<char> = line.chars().collect();
    if characters.is_empty() {
        return vec![String::new()];
    }
    let mut rows: Vec<String> = characters
        .chunks(width.max(1))
        .take(ROWS_OF_A_LINE)
        .map(|row| row.iter().collect())
        .collect();
    let left_out = characters.len().saturating_sub(ROWS_OF_A_LINE * width);
    if left_out > 0 {
        rows.push(format!("… and {left_out} characters more"));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_whole() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("incomprehensible x", 5), ["incomprehensible", "x"]);
        assert_eq!(wrap("", 5), [""]);
    }

    #[test]
    fn the_rest_of_a_very_long_line_is_counted() {
        let rows = fold(&"x".repeat(57), 10);
        assert_eq!(rows.len(), ROWS_OF_A_LINE + 1);
        assert_eq!(
            rows.last().map(String::as_str),
            Some("… and 7 characters more")
        );
    }

    #[test]
    fn what_is_left_out_leaves_a_sign() {
        assert_eq!(shorten("abcdef", 6), "abcdef");
        assert_eq!(shorten("abcdefg", 6), "abcde…");
    }
}
