//! The private operation of RSA, apart from who computes it.

use rand_chacha::ChaCha20Rng;
use rsa::BoxedUint;
use rsa::hazmat::rsa_decrypt_and_check;
use rsa::traits::PublicKeyParts;
use zeroize::Zeroizing;

/// The one thing that decryption needs a private key for. Everything else is a function of bytes, so that a fuzzer
/// can put something fast in the place of a key.
pub trait PrivateOperation {
    /// Bytes of the modulus.
    fn size(&self) -> usize;

    /// The encoded message behind a ciphertext, in exactly [`size`](Self::size) bytes. `None` unless the ciphertext
    /// has that length too and is a number below the modulus.
    fn encoded_message(&self, ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>>;
}

/// A key of two primes that came from elsewhere.
impl PrivateOperation for rsa::PrivateKey {
    fn size(&self) -> usize {
        PublicKeyParts::size(self)
    }

    fn encoded_message(&self, ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let size = PublicKeyParts::size(self);
        if ciphertext.len() != size {
            return None;
        }
        let number = BoxedUint::from_be_slice(ciphertext, self.n_bits_precision()).ok()?;
        let unblinded = None::<&mut ChaCha20Rng>;
        let message = Zeroizing::new(rsa_decrypt_and_check(self, unblinded, &number).ok()?);
        last_bytes(&message, size)
    }
}

/// A number in exactly `size` bytes, big-endian; what it has in front of them is zero.
pub(super) fn last_bytes(number: &BoxedUint, size: usize) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = Zeroizing::new(number.to_be_bytes());
    let start = bytes.len().checked_sub(size)?;
    Some(Zeroizing::new(bytes[start..].to_vec()))
}
