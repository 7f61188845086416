//! Cryptographic use of keys: who may do what with which algorithm, and what became of ciphertexts and proofs.

use crate::spec::{Fault, Field, KeyFamily, KeySpec, KeyUsage, Operation};

use super::SealedFact;
use super::key::Key;
use super::kms::Call;
use super::objections::{About, Judged, Objection, Objections};

/// The neutral name of the one algorithm of symmetric keys.
const SYMMETRIC: &str = "symmetric";

impl<'a> Call<'a> {
    /// Encrypt, generate-data-key, and everything about MACs and signatures.
    pub(super) fn make_or_check(self) -> Judged<'a> {
        let key = self.key()?;
        let mut objections = Objections::none();
        self.weigh_use(key, &mut objections);
        if self.facts.proof == Some(false) {
            match self.request.operation {
                Operation::VerifyMac => objections.certain(Fault::MacInvalid, About::Key(key)),
                Operation::Verify => objections.certain(Fault::SignatureInvalid, About::Key(key)),
                _ => {}
            }
        }
        Ok(objections)
    }

    pub(super) fn decrypt(self) -> Judged<'a> {
        let mut objections = Objections::none();
        self.weigh_opening(self.request.key(), &mut objections)?;
        Ok(objections)
    }

    pub(super) fn re_encrypt(self) -> Judged<'a> {
        let mut objections = Objections::none();
        let source = self.request.fields.text(Field::SourceKeyId);
        self.weigh_opening(source, &mut objections)?;
        self.weigh_use(self.key()?, &mut objections);
        Ok(objections)
    }

    pub(super) fn public_key(self) -> Judged<'a> {
        let key = self.key()?;
        let mut objections = self.state(key);
        // The sources that we have do not say which of its two fitting codes the call gives here.
        if !has_public_key(key.spec) {
            objections.certain(Fault::UsageMismatch, About::Key(key));
            objections.certain(Fault::OriginUnsupported, About::Key(key));
        }
        Ok(objections)
    }

    /// The algorithm that the call asks for, with the default of the operation.
    pub(super) fn algorithm(self) -> Option<&'a str> {
        let fields = &self.request.fields;
        match self.request.operation {
            Operation::GenerateMac | Operation::VerifyMac => fields.text(Field::MacAlgorithm),
            Operation::Sign | Operation::Verify => fields.text(Field::SigningAlgorithm),
            Operation::Encrypt | Operation::Decrypt | Operation::ReEncrypt => {
                fields.text(Field::EncryptionAlgorithm).or(Some(SYMMETRIC))
            }
            Operation::GenerateDataKey => Some(SYMMETRIC),
            _ => None,
        }
    }

    /// State, usage and algorithm. A wrong usage was recorded to show as such, so the algorithm is only looked at
    /// when the usage is right.
    fn weigh_use(self, key: &'a Key, objections: &mut Objections<'a>) {
        self.weigh_state(key, objections);
        if Some(key.usage) != needed_usage(self.request.operation) {
            objections.certain(Fault::UsageMismatch, About::Key(key));
        } else if !algorithms(key).contains(&self.algorithm().unwrap_or_default()) {
            objections.certain(Fault::AlgorithmIncompatible, About::Key(key));
        }
    }

    /// What speaks against opening the ciphertext with the key that the caller names, or with the key that made it.
    fn weigh_opening(
        self,
        named: Option<&'a str>,
        objections: &mut Objections<'a>,
    ) -> Result<(), Objection<'a>> {
        let sealed = self.facts.sealed.as_ref();
        let key = match (named, sealed) {
            (Some(reference), _) => self.look_up(reference)?,
            (None, Some(SealedFact::By { key, .. })) => self.look_up(key)?,
            (None, _) => return Err(Objection::certain(Fault::DataInvalid, About::Request)),
        };
        self.weigh_use(key, objections);
        let about = About::Key(key);
        match sealed {
            Some(SealedFact::Undecryptable) => objections.certain(Fault::DataInvalid, about),
            Some(SealedFact::By { key: maker, .. }) if *maker != key.id => {
                objections.certain(Fault::KeyIncorrect, about);
            }
            _ => {}
        }
        Ok(())
    }
}

/// The algorithms of a key, named as on the wire, in the order in which descriptions list them.
pub(super) fn algorithms(key: &Key) -> &'static [&'static str] {
    use KeySpec::{EccNistP384, EccNistP521, Hmac224, Hmac256, Hmac384, Hmac512, Symmetric};
    match (key.usage, key.spec) {
        (KeyUsage::EncryptDecrypt, Symmetric | KeySpec::Sm4) => &[SYMMETRIC],
        (KeyUsage::EncryptDecrypt, _) => &["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"],
        (KeyUsage::GenerateVerifyMac, Hmac224) => &["HMAC_SHA_224"],
        (KeyUsage::GenerateVerifyMac, Hmac256) => &["HMAC_SHA_256"],
        (KeyUsage::GenerateVerifyMac, Hmac384) => &["HMAC_SHA_384"],
        (KeyUsage::GenerateVerifyMac, Hmac512) => &["HMAC_SHA_512"],
        (KeyUsage::SignVerify, KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096) => {
            RSA_SIGNATURES
        }
        (KeyUsage::SignVerify, EccNistP384) => &["ECDSA_SHA_384"],
        (KeyUsage::SignVerify, EccNistP521) => &["ECDSA_SHA_512"],
        (KeyUsage::SignVerify, _) => &["ECDSA_SHA_256"],
        (KeyUsage::GenerateVerifyMac | KeyUsage::KeyAgreement, _) => &[],
    }
}

const RSA_SIGNATURES: &[&str] = &[
    "RSASSA_PKCS1_V1_5_SHA_256",
    "RSASSA_PKCS1_V1_5_SHA_384",
    "RSASSA_PKCS1_V1_5_SHA_512",
    "RSASSA_PSS_SHA_256",
    "RSASSA_PSS_SHA_384",
    "RSASSA_PSS_SHA_512",
];

fn needed_usage(operation: Operation) -> Option<KeyUsage> {
    match operation {
        Operation::Encrypt
        | Operation::Decrypt
        | Operation::ReEncrypt
        | Operation::GenerateDataKey => Some(KeyUsage::EncryptDecrypt),
        Operation::GenerateMac | Operation::VerifyMac => Some(KeyUsage::GenerateVerifyMac),
        Operation::Sign | Operation::Verify => Some(KeyUsage::SignVerify),
        _ => None,
    }
}

fn has_public_key(spec: KeySpec) -> bool {
    !matches!(spec.family(), KeyFamily::Symmetric | KeyFamily::Hmac)
}

#[cfg(test)]
mod tests {
    use super::RSA_SIGNATURES;
    use crate::spec::SigningAlgorithm;

    #[test]
    fn the_signatures_of_rsa_keys_have_names_that_the_vocabulary_knows() {
        for name in RSA_SIGNATURES {
            assert!(name.parse::<SigningAlgorithm>().is_ok(), "{name}");
        }
    }
}
