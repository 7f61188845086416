//! The bytes of key material, and what they are called.
//!
//! Nothing is ever taken out, not even material that was deleted or has expired: whether it may be used is for the
//! model to say, and only with the bytes at hand can a ciphertext of deleted material be told from a damaged one.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::model::Key;
use crate::spec::MaterialId;

/// Raw key bytes or a PKCS#8 structure, depending on the key's spec; wiped from memory after use.
pub(super) type Secret = Zeroizing<Vec<u8>>;

/// All material that keys have had.
#[derive(Default)]
pub(super) struct Vault {
    by_key: BTreeMap<String, BTreeMap<MaterialId, Secret>>,
}

impl Vault {
    /// Keeps material of a key under its id.
    pub(super) fn keep(&mut self, key: &str, id: MaterialId, secret: Secret) {
        let materials = self.by_key.entry(key.to_owned()).or_default();
        materials.insert(id, secret);
    }

    /// The material of this key with this id.
    pub(super) fn find(&self, key: &str, material: &MaterialId) -> Option<&Secret> {
        self.by_key.get(key)?.get(material)
    }

    /// The material that a key works with. The model does not know the material that the service itself made for
    /// a key; there is never more than one of that.
    pub(super) fn current(&self, key: &Key) -> Option<(&MaterialId, &Secret)> {
        let materials = self.by_key.get(key.id())?;
        match key.current() {
            Some(current) => materials.get_key_value(current.id()),
            None => materials.first_key_value(),
        }
    }
}

/// The service's name for material of this key, made from what identifies the material.
pub(super) fn material_id(key: &str, identity: &[u8]) -> MaterialId {
    let digest = Sha256::new()
        .chain_update(key)
        .chain_update(identity)
        .finalize();
    MaterialId(hex::encode(digest))
}

#[cfg(test)]
mod tests {
    use super::material_id;

    #[test]
    fn a_material_id_is_stable_for_a_key_and_differs_between_keys_and_bytes() {
        let id = material_id("a", &[1]);
        assert_eq!(id, material_id("a", &[1]));
        assert_ne!(id, material_id("b", &[1]));
        assert_ne!(id, material_id("a", &[2]));
        assert_eq!(id.0.len(), 64);
        assert!(id.0.bytes().all(|byte| b"0123456789abcdef".contains(&byte)));
    }
}
