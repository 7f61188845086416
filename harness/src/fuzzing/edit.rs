//! A few changes to bytes that were right, since no fuzzer forges a seal.

use arbitrary::{Result, Unstructured};

/// The bytes after up to four changes; sometimes they are the same as before.
pub(super) fn edited(original: &[u8], input: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut bytes = original.to_vec();
    for _ in 0..input.int_in_range(0..=4)? {
        let at = input.int_in_range(0..=bytes.len())?;
        match *input.choose(&[Change::Xor, Change::Insert, Change::Remove, Change::Cut])? {
            Change::Xor => {
                let with: u8 = input.arbitrary()?;
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= with;
                }
            }
            Change::Insert => bytes.insert(at, input.arbitrary()?),
            Change::Remove => {
                if at < bytes.len() {
                    bytes.remove(at);
                }
            }
            Change::Cut => bytes.truncate(at),
        }
    }
    Ok(bytes)
}

enum Change {
    Xor,
    Insert,
    Remove,
    Cut,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_does_what_it_is_called() {
        let check = |script: &[u8], expected: &[u8]| {
            let edited = edited(b"abc", &mut Unstructured::new(script));
            assert_eq!(edited.as_deref(), Ok(expected), "{script:?}");
        };
        check(&[], b"abc");
        check(&[1, 1, 0, 1], b"acc");
        check(&[1, 3, 1, b'd'], b"abcd");
        check(&[1, 0, 2], b"bc");
        check(&[1, 1, 3], b"a");
        check(&[2, 0, 2, 0, 2], b"c");
        check(&[1, 3, 0, 1], b"abc");
    }
}
