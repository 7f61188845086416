//! Key pairs that material is wrapped for.
//!
//! The first ones of each kind are part of this program, since a suite asks for hundreds and making one takes
//! milliseconds. They are no secret: whoever has byokcheck can unwrap what was wrapped for them, which is all right
//! for a test double and for nothing else.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use rand_chacha::ChaCha12Rng;

use crate::spec::WrappingKeySpec;
use crate::wrapping::WrappingKeyPair;

/// Hands out key pairs: the embedded ones in order if there are any, then fresh ones, and so never one pair twice. What comes out
/// follows from the random source alone.
#[derive(Debug, Default)]
pub(super) struct Pool {
    handed_out: BTreeMap<WrappingKeySpec, usize>,
}

impl Pool {
    /// The next pair.
    pub(super) fn take(
        &mut self,
        spec: WrappingKeySpec,
        rng: &mut ChaCha12Rng,
    ) -> Arc<WrappingKeyPair> {
        let handed_out = self.handed_out.entry(spec).or_default();
        let next = EMBEDDED.get(&spec).and_then(|pairs| pairs.get(*handed_out));
        *handed_out += 1;
        match next {
            Some(embedded) => embedded.pair(),
            None => Arc::new(WrappingKeyPair::generate(spec, rng)),
        }
    }
}

/// A pair that is part of this program, read when it is needed for the first time in a process.
struct Embedded {
    spec: WrappingKeySpec,
    secret: &'static [u8],
    pair: OnceLock<Arc<WrappingKeyPair>>,
}

impl Embedded {
    fn pair(&self) -> Arc<WrappingKeyPair> {
        let pair = self.pair.get_or_init(|| {
            let pair = WrappingKeyPair::from_secret(self.spec, self.secret);
            Arc::new(pair.expect("a test reads every embedded pair"))
        });
        Arc::clone(pair)
    }
}

static EMBEDDED: LazyLock<BTreeMap<WrappingKeySpec, Vec<Embedded>>> = LazyLock::new(|| {
    let files: [(_, &[u8]); 3] = [
        (
            WrappingKeySpec::Rsa2048,
            include_bytes!("wrapping_keys/rsa_2048.primes"),
        ),
        (
            WrappingKeySpec::Rsa3072,
            include_bytes!("wrapping_keys/rsa_3072.primes"),
        ),
        (
            WrappingKeySpec::Rsa4096,
            include_bytes!("wrapping_keys/rsa_4096.primes"),
        ),
    ];
    files
        .map(|(spec, secrets)| (spec, embedded(spec, secrets)))
        .into()
});

/// The pairs of one kind in a file of secrets, which are as long as the modulus.
fn embedded(spec: WrappingKeySpec, secrets: &'static [u8]) -> Vec<Embedded> {
    let modulus_bits = spec.modulus_bits().expect("only RSA pairs are embedded");
    let secrets = secrets.chunks(modulus_bits / 8);
    let embedded = secrets.map(|secret| Embedded {
        spec,
        secret,
        pair: OnceLock::new(),
    });
    embedded.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand_core::SeedableRng;

    use super::*;

    fn take(spec: WrappingKeySpec, count: usize) -> Vec<Vec<u8>> {
        let mut pool = Pool::default();
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        let pairs = (0..count).map(|_| pool.take(spec, &mut rng));
        pairs.map(|pair| pair.public_key_der()).collect()
    }

    #[test]
    fn every_embedded_pair_is_of_its_kind_and_stands_once() {
        for (spec, embedded) in &*EMBEDDED {
            let pairs = embedded.iter().map(Embedded::pair);
            let keys: BTreeSet<_> = pairs
                .inspect(|pair| assert_eq!(pair.spec(), *spec))
                .map(|pair| pair.public_key_der())
                .collect();
            assert_eq!(keys.len(), embedded.len());
            assert!(!keys.is_empty(), "{spec}");
        }
    }

    #[test]
    fn a_pool_hands_out_fresh_pairs_after_the_embedded_ones_and_the_same_every_time() {
        let spec = WrappingKeySpec::Rsa2048;
        let count = EMBEDDED[&spec].len() + 2;
        let keys = take(spec, count);
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), count);
        assert_eq!(keys, take(spec, count));
    }
}
