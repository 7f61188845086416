//! What the runner computes with material itself: the bytes to import, and proofs that a service really uses them.

use zeroize::Zeroizing;

use super::world::{Unmakeable, World};
use crate::scenario::{Argument, Material};
use crate::spec::{Field, Fields, MacAlgorithm, SigningAlgorithm, Value, WrappingAlgorithm};
use crate::wrapping::{
    MaterialForm, MaterialKind, RSA_KEYS, mac, pooled_rsa, public_key_of, seeded_rng, sign,
    sign_digest, verify, verify_digest, wrap,
};

/// Whether an argument is computed from material and the other members of its call.
pub(super) fn is_proof(argument: &Argument) -> bool {
    matches!(argument, Argument::SealedFor { .. } | Argument::SignedBy(_))
}

impl World {
    /// The bytes of a material in the form that it is imported in; the same for the same seed, different for
    /// different names.
    pub(super) fn material(&self, name: &str) -> Result<Zeroizing<Vec<u8>>, Unmakeable> {
        let material = self.described(name)?;
        let bytes = self.derive(material)?;
        if !material.is_private_key() || material.form == MaterialForm::Pkcs8 {
            return Ok(bytes);
        }
        material.form.write(&bytes).map_err(unmakeable)
    }

    /// An argument that is computed from the other members of its call.
    pub(super) fn proof(&self, argument: &Argument, call: &Fields) -> Result<Value, Unmakeable> {
        match argument {
            Argument::SealedFor {
                material,
                plaintext,
            } => self.seal(&material.text, plaintext, call),
            Argument::SignedBy(material) => self.sign(&material.text, call),
            _ => Err(Unmakeable("this is no proof".to_owned())),
        }
    }

    pub(super) fn is_mac_of(&self, material: &str, call: &Fields, actual: &[u8]) -> Option<bool> {
        let algorithm: MacAlgorithm = call.name(Field::MacAlgorithm)?;
        let expected = mac(
            algorithm,
            &self.material(material).ok()?,
            call.bytes(Field::Message)?,
        );
        Some(actual == expected)
    }

    pub(super) fn is_public_key_of(&self, material: &str, actual: &[u8]) -> Option<bool> {
        let private_key = self.private_key(material).ok()?;
        Some(actual == public_key_of(&private_key).ok()?)
    }

    pub(super) fn is_signed_by(
        &self,
        material: &str,
        call: &Fields,
        actual: &[u8],
    ) -> Option<bool> {
        let algorithm: SigningAlgorithm = call.name(Field::SigningAlgorithm)?;
        let public_key = public_key_of(&self.private_key(material).ok()?).ok()?;
        let verify = if is_digest(call) {
            verify_digest
        } else {
            verify
        };
        let message = call.bytes(Field::Message)?;
        Some(verify(&public_key, algorithm, message, actual))
    }

    fn seal(&self, material: &str, plaintext: &[u8], call: &Fields) -> Result<Value, Unmakeable> {
        // Data and material are encrypted in the same way, by algorithms of the same names.
        let algorithm: Option<WrappingAlgorithm> = call.name(Field::EncryptionAlgorithm);
        let algorithm = algorithm.ok_or_else(|| missing(Field::EncryptionAlgorithm))?;
        let public_key = public_key_of(&self.private_key(material)?).map_err(unmakeable)?;
        let rng = &mut seeded_rng(self.seed, "sealed here");
        let sealed = wrap(algorithm, &public_key, plaintext, rng).map_err(unmakeable)?;
        Ok(sealed.into())
    }

    fn sign(&self, material: &str, call: &Fields) -> Result<Value, Unmakeable> {
        let algorithm: Option<SigningAlgorithm> = call.name(Field::SigningAlgorithm);
        let algorithm = algorithm.ok_or_else(|| missing(Field::SigningAlgorithm))?;
        let message = call.bytes(Field::Message);
        let message = message.ok_or_else(|| missing(Field::Message))?;
        let private_key = self.private_key(material)?;
        let rng = &mut seeded_rng(self.seed, "signed here");
        let sign = if is_digest(call) { sign_digest } else { sign };
        let signature = sign(&private_key, algorithm, message, rng).map_err(unmakeable)?;
        Ok(signature.into())
    }

    /// The private key of a material, whatever form it is imported in, as PKCS#8 in DER.
    fn private_key(&self, name: &str) -> Result<Zeroizing<Vec<u8>>, Unmakeable> {
        self.derive(self.described(name)?)
    }

    fn described(&self, name: &str) -> Result<&Material, Unmakeable> {
        let unknown = || Unmakeable(format!("there is no material `{name}`"));
        self.materials.get(name).ok_or_else(unknown)
    }

    fn derive(&self, material: &Material) -> Result<Zeroizing<Vec<u8>>, Unmakeable> {
        match material.kind {
            MaterialKind::Rsa(bits) => {
                let number = self.seed % RSA_KEYS + self.rank(material);
                let none = || Unmakeable(format!("there is no RSA material of {bits} bits"));
                pooled_rsa(bits, number).ok_or_else(none)
            }
            kind => {
                let name = format!("material {}", material.root);
                kind.derive(self.seed, &name).map_err(unmakeable)
            }
        }
    }

    /// How many RSA keys of the same size stand before this one, so that no two get the same from the stock.
    fn rank(&self, material: &Material) -> u64 {
        let roots = self.materials.iter().filter(|(name, other)| {
            **name == other.root && other.kind == material.kind && other.root < material.root
        });
        roots.count() as u64
    }
}

/// Whether the message of a call is a digest already.
fn is_digest(call: &Fields) -> bool {
    call.text(Field::MessageType) == Some("digest")
}

fn missing(field: Field) -> Unmakeable {
    Unmakeable(format!("a proof needs the {field} of the step"))
}

fn unmakeable(error: impl std::fmt::Display) -> Unmakeable {
    Unmakeable(error.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::runner::regions::Regions;
    use crate::spec::KeySpec;

    fn world(seed: u64) -> World {
        let material = |root: &str, kind, form| Material {
            root: root.to_owned(),
            kind,
            form,
        };
        let materials = [
            (
                "a",
                material("a", MaterialKind::Rsa(2048), MaterialForm::Pkcs8),
            ),
            (
                "a1",
                material("a", MaterialKind::Rsa(2048), MaterialForm::Pkcs1),
            ),
            (
                "b",
                material("b", MaterialKind::Rsa(2048), MaterialForm::Pem),
            ),
            (
                "c",
                material("c", MaterialKind::Rsa(2048), MaterialForm::Pkcs8),
            ),
            (
                "e",
                material(
                    "e",
                    MaterialKind::Ec(KeySpec::EccNistP256),
                    MaterialForm::NoPublicPoint,
                ),
            ),
        ];
        let materials: BTreeMap<_, _> = materials
            .map(|(name, material)| (name.to_owned(), material))
            .into();
        let regions = Regions::called("eu-west-1", None);
        World::new(seed, &materials, regions)
    }

    fn signing(material: &str, algorithm: SigningAlgorithm) -> (Fields, Argument) {
        let call = Fields::new()
            .with(Field::Message, b"hello".to_vec())
            .with(Field::SigningAlgorithm, algorithm);
        let name = crate::scenario::Name {
            text: material.to_owned(),
            span: 0..0,
        };
        (call, Argument::SignedBy(name))
    }

    #[test]
    fn names_are_different_keys_whatever_the_seed_and_forms_of_one_name_are_not() {
        for seed in [0, 1, 2, u64::MAX] {
            let world = world(seed);
            let key = |name| world.private_key(name).unwrap();
            let keys: BTreeSet<_> = ["a", "b", "c"].map(|name| key(name).to_vec()).into();
            assert_eq!(keys.len(), 3, "{seed}");
            assert_eq!(key("a"), key("a1"), "{seed}");
            assert_ne!(world.material("a").unwrap(), world.material("a1").unwrap());
        }
    }

    #[test]
    fn a_signature_proves_its_own_material_and_message_only() {
        let world = world(1);
        for (material, other, algorithm) in [
            ("a", "b", SigningAlgorithm::RsassaPssSha256),
            ("e", "a", SigningAlgorithm::EcdsaSha256),
        ] {
            let (call, argument) = signing(material, algorithm);
            let Ok(Value::Bytes(signature)) = world.proof(&argument, &call) else {
                panic!("{material} signs nothing");
            };
            assert_eq!(world.is_signed_by(material, &call, &signature), Some(true));
            assert_eq!(world.is_signed_by(other, &call, &signature), Some(false));
            let call = call.with(Field::Message, b"hellp".to_vec());
            assert_eq!(world.is_signed_by(material, &call, &signature), Some(false));
        }
    }

    #[test]
    fn a_public_key_proves_its_own_material_only() {
        let world = world(1);
        let public_key = public_key_of(&world.private_key("e").unwrap()).unwrap();
        assert_eq!(world.is_public_key_of("e", &public_key), Some(true));
        assert_eq!(world.is_public_key_of("a", &public_key), Some(false));
    }

    #[test]
    fn a_proof_without_what_it_needs_cannot_be_made() {
        let (call, argument) = signing("a", SigningAlgorithm::EcdsaSha256);
        let world = world(1);
        assert!(world.proof(&argument, &call).is_err());
        let error = world.proof(&argument, &Fields::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a proof needs the signing-algorithm of the step"
        );
    }
}
