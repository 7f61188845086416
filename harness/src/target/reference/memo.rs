//! What came of unwrapping a blob. Services that hear the same calls over and over, as in a self-test, share the
//! work: a private operation costs more than everything else that a call does.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::spec::WrappingAlgorithm;
use crate::wrapping::{self, WrappingKeyPair};

use super::vault::Secret;

/// Remembers what was unwrapped, or by default nothing. Copies share what they remember.
#[derive(Clone, Default)]
pub struct Memo(Option<Arc<Mutex<Known>>>);

/// What a blob turned out to hold, by the digest of all that this depends on.
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
        let unwrap = || wrapping::unwrap(algorithm, pair, blob).ok();
        let Some(known) = &self.0 else {
            return unwrap();
        };
        let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
        let question: [u8; 32] = Sha256::new()
            .chain_update(algorithm.to_string())
            .chain_update(pair.public_key_der())
            .chain_update(blob)
            .finalize()
            .into();
        if let Some(answer) = lock().get(&question) {
            return answer.clone();
        }
        let answer = unwrap();
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
    use crate::wrapping::wrap;

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
}
