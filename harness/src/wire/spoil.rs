//! What a defect of a signature means in every dialect.

use jiff::Timestamp;

use super::Signer;
use crate::spec::SignatureDefect;

/// A member that no operation of any vendor has.
pub(super) const INVENTED_MEMBER: &str = "ByokcheckInventedMember";

/// An operation that no vendor has.
pub(super) const INVENTED_OPERATION: &str = "ByokcheckInventedOperation";

/// Who signs, and when, where a signature has this defect. What is cut or missing must be taken away afterwards.
pub(super) fn signer(
    signer: &Signer,
    at: Timestamp,
    unknown_access_key: &str,
    defect: SignatureDefect,
) -> (Signer, Timestamp) {
    let mut signer = signer.clone();
    match defect {
        SignatureDefect::WrongSecret => {
            signer.credentials.secret_access_key = WRONG_SECRET.to_owned();
        }
        SignatureDefect::UnknownKey => {
            signer.credentials.access_key_id = unknown_access_key.to_owned();
        }
        SignatureDefect::MadeAt(offset) => {
            return (signer, at.checked_add(offset).unwrap_or(at));
        }
        SignatureDefect::Missing | SignatureDefect::Cut => {}
    }
    (signer, at)
}

/// The first half of a text.
pub(super) fn first_half(text: &str) -> String {
    text.chars().take(text.chars().count() / 2).collect()
}

/// As long as the real ones.
const WRONG_SECRET: &str = "byokcheck-signs-with-the-wrong-secret-00";

#[cfg(test)]
mod tests {
    use super::first_half;

    #[test]
    fn half_of_a_text_counts_characters() {
        for (text, half) in [("", ""), ("ab", "a"), ("abcde", "ab"), ("äöüß", "äö")] {
            assert_eq!(first_half(text), half);
        }
    }
}
