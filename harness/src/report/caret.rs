//! Lines of a file with carets under what is meant.

use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Snippet};

use super::paint::Paint;
use super::visible::visible_line;
use crate::runner::outcome::Place;

/// A place in a file and what is to be said about it.
#[derive(Clone, Debug)]
pub struct Mark<'a> {
    /// Where.
    pub place: &'a Place,
    /// What, in a few words, behind the caret.
    pub label: String,
}

/// Draws the marked lines of one file, each once and in order, with a caret and a label for every mark.
#[must_use]
pub fn draw(file: &str, marks: &[Mark<'_>], paint: Paint) -> String {
    let mut lines: BTreeMap<usize, Vec<&Mark<'_>>> = BTreeMap::new();
    for mark in marks {
        lines.entry(mark.place.line.max(1)).or_default().push(mark);
    }
    let file = visible_line(file);
    let snippets = lines.iter().filter_map(|(line, marks)| {
        let text = visible_line(&marks.first()?.place.text);
        let annotations = marks.iter().map(|mark| {
            AnnotationKind::Primary
                .span(bytes(&text, mark.place))
                .label(visible_line(&mark.label))
        });
        let annotations: Vec<_> = annotations.collect();
        Some(
            Snippet::source(text)
                .line_start(*line)
                .path(file.as_str())
                .annotations(annotations),
        )
    });
    let report = [Group::with_level(Level::ERROR).elements(snippets)];
    paint.renderer().render(&report)
}

/// Which bytes of the line are meant; never beyond its end.
fn bytes(text: &str, place: &Place) -> Range<usize> {
    let offset = |character: usize| {
        text.char_indices()
            .nth(character)
            .map_or(text.len(), |(offset, _)| offset)
    };
    let first = place.column.saturating_sub(1);
    offset(first)..offset(first.saturating_add(place.width))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn columns_count_characters_and_not_bytes() {
        let place = Place {
            line: 7,
            column: 5,
            text: "é = \"ü\"".to_owned(),
            width: 3,
        };
        assert_eq!(bytes(&place.text, &place), 5..9);
        let drawn = draw(
            "a.toml",
            &[Mark {
                place: &place,
                label: "here".to_owned(),
            }],
            Paint::Plain,
        );
        assert!(drawn.contains("a.toml:7:5"), "{drawn}");
        assert!(drawn.contains("^^^ here"), "{drawn}");
    }

    proptest! {
        #[test]
        fn any_place_can_be_drawn(
            line in 0_usize..100_000,
            column in 0_usize..300,
            width in 0_usize..300,
            text in ".{0,200}",
            label in "(?s).{0,40}",
        ) {
            let place = Place { line, column, text, width };
            let marks = [Mark { place: &place, label: label.clone() }, Mark { place: &place, label }];
            prop_assert!(!draw("file.toml", &marks, Paint::Plain).is_empty());
        }
    }
}
