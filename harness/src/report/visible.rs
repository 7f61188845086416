//! Text of strangers, made safe to show: it cannot move the cursor, change colours or break XML.

/// The text with every character that acts rather than shows replaced by one that shows. Line breaks and tabs stay,
/// and so does the number of characters.
pub(super) fn visible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            _ => shown(c),
        })
        .collect()
}

/// The same on one line: line breaks and tabs become spaces.
pub(super) fn visible_line(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => ' ',
            _ => shown(c),
        })
        .collect()
}

fn shown(c: char) -> char {
    const PICTURES: u32 = 0x2400;
    match c {
        '\0'..='\x1f' => char::from_u32(PICTURES + c as u32).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\x7f' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => char::REPLACEMENT_CHARACTER,
        // Marks that turn the direction of writing around.
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            char::REPLACEMENT_CHARACTER
        }
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_replaced_by_what_shows() {
        assert_eq!(visible("a\x1b[31m\r\nb\u{202e}\x7f"), "a␛[31m␍\nb\u{fffd}␡");
    }

    #[test]
    fn a_line_stays_a_line() {
        assert_eq!(visible_line("a\r\n\tb"), "a   b");
    }
}
