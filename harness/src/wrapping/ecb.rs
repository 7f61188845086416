//! Block ciphers in ECB mode, as two hybrid algorithms use them: AES-256 with PKCS#7 padding, and SM4 without any.
//!
//! That SM4 is not padded is what a client that imports keys into Alibaba Cloud KMS does, and the algorithm's name
//! says nothing of padding where the other one does; so only whole blocks can be carried. Nothing in this mode tells
//! changed bytes from right ones.

use aes::Aes256;
use ecb::cipher::block_padding::{NoPadding, Pkcs7};
use ecb::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyInit};
use ecb::{Decryptor, Encryptor};
use sm4::Sm4;
use zeroize::Zeroizing;

use super::{UnwrapError, WrapError};

const BLOCK: usize = 16;

pub(crate) fn encrypt_aes(key: &[u8; 32], material: &[u8]) -> Vec<u8> {
    Encryptor::<Aes256>::new(key.into()).encrypt_padded_vec::<Pkcs7>(material)
}

pub(super) fn decrypt_aes(
    key: &[u8; 32],
    wrapped: &[u8],
) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
    Decryptor::<Aes256>::new(key.into())
        .decrypt_padded_vec::<Pkcs7>(wrapped)
        .map(Zeroizing::new)
        .map_err(|_| UnwrapError::Undecryptable)
}

pub(super) fn encrypt_sm4(key: &[u8; 16], material: &[u8]) -> Result<Vec<u8>, WrapError> {
    if material.is_empty() || !material.len().is_multiple_of(BLOCK) {
        let length = material.len();
        return Err(WrapError::MaterialNotInBlocks { length });
    }
    Ok(Encryptor::<Sm4>::new(key.into()).encrypt_padded_vec::<NoPadding>(material))
}

pub(super) fn decrypt_sm4(
    key: &[u8; 16],
    wrapped: &[u8],
) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
    if wrapped.is_empty() {
        return Err(UnwrapError::Undecryptable);
    }
    Decryptor::<Sm4>::new(key.into())
        .decrypt_padded_vec::<NoPadding>(wrapped)
        .map(Zeroizing::new)
        .map_err(|_| UnwrapError::Undecryptable)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GB/T 32907, appendix A.1.
    #[test]
    fn the_example_of_the_sm4_standard_comes_out() {
        let block: [u8; 16] = hex_literal("0123456789abcdeffedcba9876543210");
        let wrapped = encrypt_sm4(&block, &block).unwrap();
        assert_eq!(hex::encode(&wrapped), "681edf34d206965e86b3e94f536e4246");
        assert_eq!(*decrypt_sm4(&block, &wrapped).unwrap(), block);
    }

    /// NIST SP 800-38A, F.1.5, and the block of padding behind it.
    #[test]
    fn the_example_of_the_aes_standard_comes_out() {
        let key = hex_literal("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
        let block: [u8; 16] = hex_literal("6bc1bee22e409f96e93d7e117393172a");
        let wrapped = encrypt_aes(&key, &block);
        assert_eq!(
            hex::encode(&wrapped[..16]),
            "f3eed1bdb5d2a03c064b5a7e3db181f8"
        );
        assert_eq!(wrapped.len(), 32);
        assert_eq!(*decrypt_aes(&key, &wrapped).unwrap(), block);
    }

    #[test]
    fn aes_takes_any_length_and_sm4_whole_blocks_only() {
        for length in [1, 15, 16, 17, 138, 1218] {
            let material = vec![7; length];
            let wrapped = encrypt_aes(&[1; 32], &material);
            assert_eq!(wrapped.len(), (length / BLOCK + 1) * BLOCK);
            assert_eq!(*decrypt_aes(&[1; 32], &wrapped).unwrap(), material);
        }
        for length in [0, 1, 15, 17, 138] {
            let refused = encrypt_sm4(&[1; 16], &vec![7; length]);
            assert_eq!(refused, Err(WrapError::MaterialNotInBlocks { length }));
            assert!(decrypt_sm4(&[1; 16], &vec![7; length]).is_err());
            assert!(decrypt_aes(&[1; 32], &vec![7; length]).is_err());
        }
    }

    fn hex_literal<const N: usize>(text: &str) -> [u8; N] {
        hex::decode(text).unwrap().try_into().unwrap()
    }
}
