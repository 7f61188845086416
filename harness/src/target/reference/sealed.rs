//! Data ciphertexts of symmetric keys: a header that names key and material, then AES-256-GCM.
//!
//! Header and encryption context are bound to the content, so a change anywhere is noticed.

use std::collections::BTreeMap;

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use rand_core::Rng;
use sha2::{Digest, Sha256};

use crate::spec::MaterialId;

/// What every data ciphertext begins with.
const HEAD: [u8; 2] = [1, 2];
const MATERIAL_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;

/// Names with values that are bound to a ciphertext.
pub(super) type Context = BTreeMap<String, String>;

/// A data ciphertext taken apart; nothing is known yet about its honesty.
pub(super) struct Sealed<'a> {
    /// The key that it says it was made with.
    pub(super) key: &'a str,
    /// The material that it says it was made with.
    pub(super) material: MaterialId,
    header: &'a [u8],
    nonce: &'a [u8; NONCE_BYTES],
    content: &'a [u8],
}

/// Encrypts under the material of a key. `None` when the material or its id is not one of a symmetric key.
pub(super) fn seal(
    key: &str,
    material: (&MaterialId, &[u8]),
    context: &Context,
    plaintext: &[u8],
    rng: &mut impl Rng,
) -> Option<Vec<u8>> {
    let (material_id, bytes) = material;
    let mut blob = header(key, material_id)?;
    let mut nonce = [0; NONCE_BYTES];
    rng.fill_bytes(&mut nonce);
    let aad = associated(&blob, context);
    let payload = Payload {
        msg: plaintext,
        aad: &aad,
    };
    let content = cipher(bytes).encrypt(&nonce.into(), payload).ok()?;
    blob.extend(nonce);
    blob.extend(content);
    Some(blob)
}

impl<'a> Sealed<'a> {
    /// Takes a blob apart; `None` when it does not look like one of ours.
    pub(super) fn parse(blob: &'a [u8]) -> Option<Self> {
        let (length, rest) = blob.strip_prefix(&HEAD)?.split_first()?;
        let (key, rest) = rest.split_at_checked(usize::from(*length))?;
        let (material, rest) = rest.split_at_checked(MATERIAL_BYTES)?;
        let (nonce, content) = rest.split_first_chunk()?;
        Some(Self {
            key: str::from_utf8(key).ok()?,
            material: MaterialId(hex::encode(material)),
            header: &blob[..blob.len() - rest.len()],
            nonce,
            content,
        })
    }

    /// The plaintext, if this is exactly what was once made with this material and this context.
    pub(super) fn open(&self, material: &[u8], context: &Context) -> Option<Vec<u8>> {
        let aad = associated(self.header, context);
        let payload = Payload {
            msg: self.content,
            aad: &aad,
        };
        cipher(material).decrypt(self.nonce.into(), payload).ok()
    }
}

fn header(key: &str, material: &MaterialId) -> Option<Vec<u8>> {
    let material: [u8; MATERIAL_BYTES] = hex::decode(&material.0).ok()?.try_into().ok()?;
    let mut header = HEAD.to_vec();
    header.push(u8::try_from(key.len()).ok()?);
    header.extend(key.as_bytes());
    header.extend(material);
    Some(header)
}

/// Material may be shorter than the cipher's key, so its digest is the key.
fn cipher(material: &[u8]) -> Aes256Gcm {
    Aes256Gcm::new(&Sha256::digest(material))
}

/// Header and context in one unambiguous sequence: every text is preceded by its length.
fn associated(header: &[u8], context: &Context) -> Vec<u8> {
    let mut bytes = header.to_vec();
    for text in context.iter().flat_map(|(name, value)| [name, value]) {
        bytes.extend((text.len() as u64).to_be_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::ChaCha12Rng;
    use rand_core::SeedableRng;

    use super::*;

    const MATERIAL: [u8; 32] = [7; 32];

    fn sealed(context: &Context, plaintext: &[u8]) -> Vec<u8> {
        let id = MaterialId("ab".repeat(MATERIAL_BYTES));
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        seal("key-1", (&id, &MATERIAL), context, plaintext, &mut rng).unwrap()
    }

    fn opened(blob: &[u8], material: &[u8], context: &Context) -> Option<Vec<u8>> {
        Sealed::parse(blob)?.open(material, context)
    }

    #[test]
    fn a_ciphertext_names_its_key_and_material() {
        let blob = sealed(&Context::new(), b"text");
        let parts = Sealed::parse(&blob).unwrap();
        assert_eq!(parts.key, "key-1");
        assert_eq!(parts.material.0, "ab".repeat(MATERIAL_BYTES));
    }

    #[test]
    fn a_ciphertext_opens_with_its_material_and_context_only() {
        let context = Context::from([("a".into(), "bc".into())]);
        let shifted = Context::from([("ab".into(), "c".into())]);
        let blob = sealed(&context, b"text");
        assert_eq!(opened(&blob, &MATERIAL, &context), Some(b"text".to_vec()));
        assert_eq!(opened(&blob, &MATERIAL, &shifted), None);
        assert_eq!(opened(&blob, &MATERIAL, &Context::new()), None);
        assert_eq!(opened(&blob, &[8; 32], &context), None);
        assert_eq!(opened(&blob, &[7; 31], &context), None);
    }

    #[test]
    fn a_ciphertext_with_one_changed_byte_does_not_open() {
        let blob = sealed(&Context::new(), b"text");
        for place in 0..blob.len() {
            let mut changed = blob.clone();
            changed[place] ^= 0x20;
            assert_eq!(
                opened(&changed, &MATERIAL, &Context::new()),
                None,
                "byte {place}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_parser_panic(blob in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = opened(&blob, &MATERIAL, &Context::new());
            let ours = [&HEAD[..], &blob].concat();
            let _ = opened(&ours, &MATERIAL, &Context::new());
        }
    }
}
