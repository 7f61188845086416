use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A file with its text, from which places are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path as people know it.
    pub file: String,
    /// All of it.
    pub text: String,
}

/// A place in a file, for a caret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// The text of that line.
    pub text: String,
    /// How many characters of it are meant.
    pub width: usize,
}

impl Source {
    /// The place of a range of bytes; a range over several lines is cut at the end of its first one.
    #[must_use]
    pub fn place(&self, span: &Range<usize>) -> Place {
        let start = floor_to_character(&self.text, span.start);
        let end = floor_to_character(&self.text, span.end.max(start));
        let line_start = self.text[..start]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        let line_end = self.text[start..]
            .find('\n')
            .map_or(self.text.len(), |at| start + at);
        Place {
            line: self.text[..start].matches('\n').count() + 1,
            column: self.text[line_start..start].chars().count() + 1,
            text: self.text[line_start..line_end].trim_end().to_owned(),
            width: self.text[start..end.min(line_end)].chars().count().max(1),
        }
    }
}

fn floor_to_character(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn a_place_counts_characters_not_bytes_and_stays_on_its_line() {
        let source = Source {
            file: "f".into(),
            text: "a = 1\nü = \"x\"\nlast".into(),
        };
        let place = source.place(&(11..99));
        assert_eq!((place.line, place.column, place.width), (2, 5, 3));
        assert_eq!(place.text, "ü = \"x\"");
    }

    #[test]
    fn a_place_outside_the_text_is_its_end() {
        let source = Source {
            file: "f".into(),
            text: "ab".into(),
        };
        let place = source.place(&(50..60));
        assert_eq!((place.line, place.column), (1, 3));
    }
}
