//! The RSA_AES_KEY_WRAP algorithms: a fresh AES key under RSAES-OAEP, directly followed by the material under
//! AES key wrap with padding.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::aes_kwp::{self, Kek};
use super::oaep::{self, OaepParameters};
use super::{PrivateOperation, UnwrapError, WrapError};

pub(super) fn encrypt<R: CryptoRng + ?Sized>(
    parameters: OaepParameters,
    public_key: &rsa::PublicKey,
    material: &[u8],
    rng: &mut R,
) -> Result<Vec<u8>, WrapError> {
    let mut kek = Zeroizing::new(Kek::default());
    rng.fill_bytes(kek.as_mut());
    let mut blob = oaep::encrypt(parameters, public_key, kek.as_ref(), rng)?;
    blob.extend(aes_kwp::encrypt(&kek, material)?);
    Ok(blob)
}

pub(super) fn decrypt(
    parameters: OaepParameters,
    key: &dyn PrivateOperation,
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
    let (wrapped_kek, wrapped_material) = ciphertext
        .split_at_checked(key.size())
        .ok_or(UnwrapError::Undecryptable)?;
    let kek = oaep::decrypt(parameters, key, wrapped_kek)?;
    let kek: &Kek = kek
        .as_slice()
        .try_into()
        .map_err(|_| UnwrapError::Undecryptable)?;
    aes_kwp::decrypt(kek, wrapped_material)
}
