//! What came of unwrapping a blob, and of reading a private key. Services that hear the same calls over and over, as in
//! a self-test, share the work: big integers cost more than everything else that a call does.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::spec::{KeySpec, WrappingAlgorithm};
use crate::wrapping::{self, WrappingKeyPair};

use super::vault::Secret;

/// Remembers what was found, or by default nothing. Copies share what they remember.
#[derive(Clone, Default)]
pub struct Memo(Option<Arc<Mutex<Known>>>);

/// What bytes turned out to be, by the digest of all that this depends on.
type Known = HashMap<[u8; 32], Option<Secret>>;

impl Memo {
    /// A memo that remembers, for as long as there is a copy of it.
    #[must_use]
    pub fn shared() -> Self {
        Self(Some(Arc::default()))
    }

    /// What the blob holds, as [`wrapping::unwrap`] finds it.
    pub(super) fn unwrap(
        &self,
        algorithm: WrappingAlgorithm,
        pair: &WrappingKeyPair,
        blob: &[u8],
    ) -> Option<Secret> {
        let question = || {
            Sha256::new_with_prefix("unwrap")
                .chain_update(algorithm.to_string())
                .chain_update(pair.public_key_der())
                .chain_update(blob)
        };
        self.recall(question, || wrapping::unwrap(algorithm, pair, blob).ok())
    }

    /// What makes material of a key the same material, as [`wrapping::identity_of`] finds it.
    pub(super) fn identity_of(&self, spec: KeySpec, material: &[u8]) -> Option<Secret> {
        let find = || wrapping::identity_of(spec, material).ok();
        if spec.raw_bytes().is_some() {
            return find();
        }
        let question = || {
            Sha256::new_with_prefix("identity")
                .chain_update(spec.to_string())
                .chain_update([0])
                .chain_update(material)
        };
        self.recall(question, find)
    }

    /// The public key of a private key, as [`wrapping::public_key_of`] finds it.
    pub(super) fn public_key_of(&self, pkcs8_der: &[u8]) -> Option<Secret> {
        let question = || Sha256::new_with_prefix("public key").chain_update(pkcs8_der);
        let find = || wrapping::public_key_of(pkcs8_der).ok().map(Secret::new);
        self.recall(question, find)
    }

    fn recall(
        &self,
        question: impl FnOnce() -> Sha256,
        find: impl FnOnce() -> Option<Secret>,
    ) -> Option<Secret> {
        let Some(known) = &self.0 else {
            return find();
        };
        let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
        let question: [u8; 32] = question().finalize().into();
        if let Some(answer) = lock().get(&question) {
            return answer.clone();
        }
        let answer = find();
        lock().insert(question, answer.clone());
        answer
    }
}

impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memo").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha12Rng;
    use rand_core::SeedableRng;

    use super::*;
    use crate::spec::WrappingKeySpec;
    use crate::target::reference::pool::Pool;
    use crate::wrapping::{MaterialKind, wrap};

    #[test]
    fn what_is_remembered_is_what_unwrapping_finds_for_this_very_pair_algorithm_and_blob() {
        use WrappingAlgorithm::{RsaesOaepSha1, RsaesOaepSha256};
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        let mut pool = Pool::default();
        let pairs = [(); 2].map(|()| pool.take(WrappingKeySpec::Rsa2048, &mut rng));
        let blob = wrap(
            RsaesOaepSha256,
            &pairs[0].public_key_der(),
            &[7; 32],
            &mut rng,
        )
        .unwrap();
        let damaged = [&blob[..255], &[blob[255] ^ 1]].concat();
        let memo = Memo::shared();
        for _ in 0..2 {
            for (pair, algorithm, blob, held) in [
                (&pairs[0], RsaesOaepSha256, &blob, Some(vec![7; 32])),
                (&pairs[0], RsaesOaepSha1, &blob, None),
                (&pairs[1], RsaesOaepSha256, &blob, None),
                (&pairs[0], RsaesOaepSha256, &damaged, None),
            ] {
                let found = memo.unwrap(algorithm, pair, blob);
                assert_eq!(found.map(|secret| secret.to_vec()), held);
            }
        }
    }

    #[test]
    fn what_is_remembered_of_a_private_key_is_what_reading_finds_for_this_very_spec() {
        use KeySpec::{EccNistP256, EccNistP384, Hmac256};
        let key = MaterialKind::of(EccNistP256).derive(1, "k").unwrap();
        let other = MaterialKind::of(EccNistP256).derive(2, "k").unwrap();
        let memo = Memo::shared();
        for _ in 0..2 {
            for (spec, material) in [
                (EccNistP256, &key),
                (EccNistP256, &other),
                (EccNistP384, &key),
                (Hmac256, &key),
            ] {
                let found = wrapping::identity_of(spec, material).ok();
                assert_eq!(memo.identity_of(spec, material), found, "{spec}");
                let found = wrapping::public_key_of(material).ok().map(Secret::new);
                assert_eq!(memo.public_key_of(material), found);
            }
        }
    }
}
