//! Words of a command line that a person can paste.

/// A word in quotation marks. Where [`variable`] stands in it, the shell puts a variable's value.
pub(super) fn quoted(word: &str) -> String {
    let mut pieces = word.split(MARK);
    let mut line = pieces.next().unwrap_or_default().replace('\'', r"'\''");
    let mut after_variable = true;
    for piece in pieces {
        if after_variable && is_variable(piece) {
            line.push_str(&format!("'\"${piece}\"'"));
            after_variable = false;
        } else {
            line.push_str(&piece.replace('\'', r"'\''"));
            after_variable = true;
        }
    }
    format!("'{line}'")
}

/// Stands for the value of a secret member: `ImportToken` becomes the variable `IMPORT_TOKEN`.
pub(super) fn variable(member: &str) -> String {
    let mut name = String::new();
    for c in member.chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(c.to_ascii_uppercase());
    }
    format!("{MARK}{name}{MARK}")
}

/// Nobody writes this character, and JSON does not escape it.
const MARK: char = '\u{e000}';

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::{quoted, variable};

    #[test]
    fn a_variable_is_outside_of_the_single_quotation_marks() {
        let word = format!(
            "{{\"ImportToken\":\"{}\",\"KeyId\":\"it's\"}}",
            variable("ImportToken")
        );
        assert_eq!(
            quoted(&word),
            r#"'{"ImportToken":"'"$IMPORT_TOKEN"'","KeyId":"it'\''s"}'"#
        );
        let both = format!("{}{}", variable("Plaintext"), variable("KeyId"));
        assert_eq!(quoted(&both), r#"''"$PLAINTEXT"''"$KEY_ID"''"#);
    }

    #[test]
    fn nothing_that_a_service_says_is_run() {
        for hostile in [
            "$(x)",
            "`x`",
            "\u{e000}$(x)\u{e000}",
            "\u{e000}A;x\u{e000}",
            "\u{e000}",
        ] {
            let expected = format!("'{}'", hostile.replace('\u{e000}', ""));
            assert_eq!(quoted(hostile), expected);
        }
    }
}
