//! Import tokens: opaque to the caller, and worthless after any change.
//!
//! Knows no key, no age and no state: what a token stands for is only the name of a set of parameters.

use hmac::{Hmac, KeyInit, Mac};
use rand_core::Rng;
use sha2::Sha256;

use crate::model::ParametersId;

/// What every token begins with; the rest looks random.
const HEAD: [u8; 2] = [1, 1];
/// Filler that gives a token the size that callers know from real ones.
const FILLER_BYTES: usize = 1200;
const NAME_BYTES: usize = size_of::<u64>();
const SEAL_BYTES: usize = 32;

/// Makes tokens and recognises them again.
pub(crate) struct Mint {
    secret: [u8; 32],
}

impl Mint {
    /// A mint whose tokens no other mint accepts.
    pub(crate) fn new(rng: &mut impl Rng) -> Self {
        let mut secret = [0; 32];
        rng.fill_bytes(&mut secret);
        Self { secret }
    }

    /// A token that stands for `parameters`; two tokens are never equal.
    pub(crate) fn issue(&self, parameters: ParametersId, rng: &mut impl Rng) -> Vec<u8> {
        let mut token = Vec::with_capacity(HEAD.len() + NAME_BYTES + FILLER_BYTES + SEAL_BYTES);
        token.extend(HEAD);
        token.extend(parameters.0.to_be_bytes());
        let filler = token.len();
        token.resize(filler + FILLER_BYTES, 0);
        rng.fill_bytes(&mut token[filler..]);
        let seal = self.mac(&token).finalize().into_bytes();
        token.extend(seal);
        token
    }

    /// What an unchanged token of this mint stands for.
    pub(crate) fn recognise(&self, token: &[u8]) -> Option<ParametersId> {
        let (signed, seal) = token.split_last_chunk::<SEAL_BYTES>()?;
        self.mac(signed).verify(seal.into()).ok()?;
        let (name, _) = signed
            .strip_prefix(&HEAD)?
            .split_first_chunk::<NAME_BYTES>()?;
        Some(ParametersId(u64::from_be_bytes(*name)))
    }

    fn mac(&self, signed: &[u8]) -> Hmac<Sha256> {
        Hmac::<Sha256>::new_from_slice(&self.secret)
            .expect("HMAC takes keys of any length")
            .chain_update(signed)
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha12Rng;
    use rand_core::SeedableRng;

    use super::*;

    #[test]
    fn a_token_is_recognised_by_its_own_mint_only() {
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        let (mint, other) = (Mint::new(&mut rng), Mint::new(&mut rng));
        let token = mint.issue(ParametersId(7), &mut rng);
        assert_eq!(mint.recognise(&token), Some(ParametersId(7)));
        assert_eq!(other.recognise(&token), None);
    }

    #[test]
    fn a_token_with_one_changed_bit_is_not_recognised() {
        let mut rng = ChaCha12Rng::seed_from_u64(2);
        let mint = Mint::new(&mut rng);
        let token = mint.issue(ParametersId(7), &mut rng);
        for place in 0..token.len() {
            let mut changed = token.clone();
            changed[place] ^= 1;
            assert_eq!(mint.recognise(&changed), None, "byte {place}");
        }
    }

    #[test]
    fn a_truncated_or_extended_token_is_not_recognised() {
        let mut rng = ChaCha12Rng::seed_from_u64(3);
        let mint = Mint::new(&mut rng);
        let token = mint.issue(ParametersId(7), &mut rng);
        let extended = [token.as_slice(), &[0]].concat();
        for wrong in [&[][..], &token[..31], &token[..token.len() - 1], &extended] {
            assert_eq!(mint.recognise(wrong), None);
        }
    }
}
