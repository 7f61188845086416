//! What the runner computes with material itself: the bytes to import, and proofs that a service really uses them.

use zeroize::Zeroizing;

use super::world::{Unmakeable, World};
use crate::scenario::{Argument, Material};
use crate::spec::{Field, Fields, MacAlgorithm, SigningAlgorithm, Value, WrappingAlgorithm};
use crate::wrapping::{
    MaterialForm, MaterialKind, mac, pooled_rsa, public_key_of, seeded_rng, sign, sign_digest,
    verify, verify_digest, wrap,
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
                let number = self.seed.wrapping_add(self.rank(material));
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
