//! RSA keys that the service gives to keys of its own origin, so that the first use of one need not wait for primes.
//!
//! They are part of this program and no secret, and others than the keys that scenarios import.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};

use super::vault::Secret;
use crate::spec::KeySpec;

/// Hands out each key once.
#[derive(Debug, Default)]
pub(super) struct RsaStock {
    handed_out: BTreeMap<KeySpec, usize>,
}

impl RsaStock {
    /// The next key of this kind in PKCS#8 DER; `None` when there is none, or none left.
    pub(super) fn take(&mut self, spec: KeySpec) -> Option<Secret> {
        let handed_out = self.handed_out.entry(spec).or_default();
        *handed_out += 1;
        let name = format!("{}_{handed_out}.der", spec.to_string().to_lowercase());
        let file = FILES.get_file(name)?;
        Some(Secret::new(file.contents().to_vec()))
    }
}

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/target/reference/rsa_keys");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::wrapping::{RSA_KEYS, check_material, pooled_rsa};

    #[test]
    fn every_key_fits_its_spec_and_is_no_other_key_of_this_program() {
        let mut stock = RsaStock::default();
        let mut seen = BTreeSet::new();
        for (spec, bits) in [
            (KeySpec::Rsa2048, 2048),
            (KeySpec::Rsa3072, 3072),
            (KeySpec::Rsa4096, 4096),
        ] {
            seen.extend((0..RSA_KEYS).map(|number| pooled_rsa(bits, number).unwrap().to_vec()));
            let before = seen.len();
            while let Some(key) = stock.take(spec) {
                assert_eq!(check_material(spec, &key), Ok(()));
                assert!(seen.insert(key.to_vec()), "{spec}");
            }
            assert!(seen.len() > before, "{spec}");
        }
        assert_eq!(stock.take(KeySpec::Symmetric), None);
    }
}
