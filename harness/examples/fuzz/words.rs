//! Dictionaries: the words that occur in texts.

use std::collections::BTreeMap;

/// The entries of a dictionary, the most frequent words first. What occurs once is no word, but a value.
pub(crate) fn dictionary(texts: &[String]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for text in texts {
        let is_inside =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':');
        for word in text.split(|c| !is_inside(c)) {
            if (2..=40).contains(&word.len()) && !looks_made_up(word) {
                *counts.entry(word).or_default() += 1;
            }
        }
    }
    let mut words: Vec<(&str, usize)> =
        counts.into_iter().filter(|(_, count)| *count > 1).collect();
    words.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), *word));
    words.truncate(MOST);
    words
        .into_iter()
        .map(|(word, _)| format!("{word:?}"))
        .collect()
}

const MOST: usize = 300;

/// Ids, digests and the like: long, with many digits or in mixed case without an end.
fn looks_made_up(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    word.len() > 8 && digits * 4 > word.len()
}
