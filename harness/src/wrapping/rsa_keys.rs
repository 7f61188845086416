//! RSA keys that scenarios import.
//!
//! Making an RSA key takes 0.1 s (2048 bits) to seconds (4096 bits), too long for every case of a suite. So a few
//! keys of each size are part of this program, and a scenario gets some of them. They are no secret: whoever imports
//! one into a service gives it a key that everybody has.

use include_dir::{Dir, include_dir};
use zeroize::Zeroizing;

/// How many keys there are of each size, and so how many different ones a scenario can have.
pub const RSA_KEYS: u64 = 3;

/// One of the keys with a modulus of so many bits, in PKCS#8 DER; numbers that follow each other give different ones.
/// `None` when there are no keys of that size; there are of 2048, 3072 and 4096 bits.
#[must_use]
pub fn pooled_rsa(bits: usize, number: u64) -> Option<Zeroizing<Vec<u8>>> {
    let file = FILES.get_file(format!("material_{bits}_{}.der", number % RSA_KEYS + 1))?;
    Some(Zeroizing::new(file.contents().to_vec()))
}

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/wrapping/rsa_keys");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::spec::KeySpec;
    use crate::wrapping::check_material;

    #[test]
    fn every_pooled_key_has_its_size_and_stands_once() {
        let sizes = [
            (2048, KeySpec::Rsa2048),
            (3072, KeySpec::Rsa3072),
            (4096, KeySpec::Rsa4096),
        ];
        for (bits, spec) in sizes {
            let keys = (7..7 + RSA_KEYS).map(|number| pooled_rsa(bits, number).unwrap());
            let keys: BTreeSet<_> = keys
                .inspect(|key| assert_eq!(check_material(spec, key), Ok(())))
                .map(|key| key.to_vec())
                .collect();
            assert_eq!(keys.len() as u64, RSA_KEYS);
        }
        assert_eq!(pooled_rsa(1024, 0), None);
    }
}
