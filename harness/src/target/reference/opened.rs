//! From bytes to facts: what the blobs of a call turn out to be.

use crate::model::{Facts, Key, MaterialFact, ParametersId, SealedFact, TokenFact};
use crate::spec::{Field, Fields, MaterialId, Operation, Request, WrappingAlgorithm};
use crate::wrapping::{self, verify, verify_digest};

use strum::VariantArray;

use super::sealed::{Context, Sealed};
use super::vault::{Secret, material_id};
use super::{Issued, State};

/// The neutral name of a message that is a digest already.
pub(super) const DIGEST: &str = "digest";

/// The blobs of a call, opened as far as they can be.
#[derive(Default)]
pub(super) struct Opened {
    /// What the model may know about them.
    pub(super) facts: Facts,
    /// What an import carries, if it can be material of the key.
    pub(super) material: Option<Secret>,
    /// What a data ciphertext holds.
    pub(super) plaintext: Option<Vec<u8>>,
}

/// With what the encrypted material of an import is opened. The service itself only knows the first; the others are
/// for quirks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::target) enum Opening {
    /// With key pair and algorithm of the token's parameters.
    AsIssued,
    /// With the key pair of the token's parameters and whatever algorithm fits.
    AnyAlgorithm,
    /// With any parameters that were ever issued, whatever the token.
    AnySet,
}

/// A data ciphertext that was opened.
struct Found {
    key: String,
    material: MaterialId,
    plaintext: Vec<u8>,
}

impl State {
    /// Opens the blobs of a call and changes nothing.
    pub(super) fn open(&self, request: &Request) -> Opened {
        match request.operation {
            Operation::GetParameters => Opened::of(Facts {
                token: Some(TokenFact::Of(self.next_parameters())),
                ..Facts::default()
            }),
            Operation::Import => self.open_import(request),
            Operation::Decrypt => self.open_data(request, Field::KeyId, Field::EncryptionContext),
            Operation::ReEncrypt => {
                self.open_data(request, Field::SourceKeyId, Field::SourceEncryptionContext)
            }
            Operation::VerifyMac => Opened::proof(self.proves_mac(request)),
            Operation::Verify => Opened::proof(self.proves_signature(request)),
            _ => Opened::default(),
        }
    }

    /// The name of the set of parameters that is issued next.
    pub(super) fn next_parameters(&self) -> ParametersId {
        ParametersId(self.issued.len() as u64)
    }

    fn open_import(&self, request: &Request) -> Opened {
        let Some((token, _)) = self.issued_with(&request.fields) else {
            return Opened::of(Facts {
                token: Some(TokenFact::Foreign),
                ..Facts::default()
            });
        };
        let unwrapped = self.unwrapped(&request.fields, Opening::AsIssued);
        let (fact, material) = self.weigh_material(request, unwrapped);
        Opened {
            facts: Facts {
                token: Some(TokenFact::Of(token)),
                material: Some(fact),
                ..Facts::default()
            },
            material,
            plaintext: None,
        }
    }

    /// The set of parameters that the token of an import stands for.
    pub(super) fn issued_with(&self, fields: &Fields) -> Option<(ParametersId, &Issued)> {
        let token = fields.bytes(Field::ImportToken)?;
        let token = self.mint.recognise(token)?;
        Some((token, self.issued.get(&token)?))
    }

    /// The encrypted material of an import in the clear, whoever it is for.
    pub(super) fn unwrapped(&self, fields: &Fields, opening: Opening) -> Option<Secret> {
        let blob = fields.bytes(Field::EncryptedMaterial).unwrap_or_default();
        let open = |algorithm, issued: &Issued| self.unwrap(algorithm, issued, blob);
        match opening {
            Opening::AsIssued => {
                let (_, issued) = self.issued_with(fields)?;
                open(issued.algorithm, issued)
            }
            Opening::AnyAlgorithm => {
                let (_, issued) = self.issued_with(fields)?;
                let mut algorithms = WrappingAlgorithm::VARIANTS.iter();
                algorithms.find_map(|algorithm| open(*algorithm, issued))
            }
            Opening::AnySet => {
                let mut sets = self.issued.values();
                sets.find_map(|issued| open(issued.algorithm, issued))
            }
        }
    }

    fn unwrap(&self, algorithm: WrappingAlgorithm, issued: &Issued, blob: &[u8]) -> Option<Secret> {
        self.memo.unwrap(algorithm, &issued.pair, blob)
    }

    fn weigh_material(
        &self,
        request: &Request,
        unwrapped: Option<Secret>,
    ) -> (MaterialFact, Option<Secret>) {
        let Some(material) = unwrapped else {
            return (MaterialFact::Undecryptable, None);
        };
        let id = self.key(request, Field::KeyId).and_then(|key| {
            let identity = self.memo.identity_of(key.spec(), &material)?;
            Some(material_id(key.id(), &identity))
        });
        match id {
            Some(id) => (MaterialFact::Is(id), Some(material)),
            None => (MaterialFact::Malformed, None),
        }
    }

    fn open_data(&self, request: &Request, key: Field, context: Field) -> Opened {
        let found = self
            .open_symmetric(&request.fields, context)
            .or_else(|| self.open_asymmetric(request, key));
        let (sealed, plaintext) = match found {
            Some(found) => {
                let Found {
                    key,
                    material,
                    plaintext,
                } = found;
                (SealedFact::By { key, material }, Some(plaintext))
            }
            None => (SealedFact::Undecryptable, None),
        };
        Opened {
            facts: Facts {
                sealed: Some(sealed),
                ..Facts::default()
            },
            material: None,
            plaintext,
        }
    }

    /// Opens what we made with a symmetric key; such a ciphertext says which.
    fn open_symmetric(&self, fields: &Fields, context: Field) -> Option<Found> {
        let sealed = Sealed::parse(fields.bytes(Field::Ciphertext)?)?;
        let material = self.vault.find(sealed.key, &sealed.material)?;
        let none = Context::new();
        let plaintext = sealed.open(material, fields.map(context).unwrap_or(&none))?;
        Some(Found {
            key: sealed.key.to_owned(),
            material: sealed.material,
            plaintext,
        })
    }

    /// Opens what anybody may have made with the public half of a key pair; only the caller can say of which.
    fn open_asymmetric(&self, request: &Request, key: Field) -> Option<Found> {
        let algorithm = oaep(&request.fields)?;
        let key = self.key(request, key)?;
        let (material, secret) = self.vault.current(key)?;
        let blob = request.fields.bytes(Field::Ciphertext)?;
        let plaintext = wrapping::decrypt(algorithm, secret, blob).ok()?;
        Some(Found {
            key: key.id().to_owned(),
            material: material.clone(),
            plaintext: plaintext.to_vec(),
        })
    }

    fn proves_mac(&self, request: &Request) -> Option<bool> {
        let fields = &request.fields;
        let key = self.key(request, Field::KeyId)?;
        let (_, secret) = self.vault.current(key)?;
        let algorithm = fields.name(Field::MacAlgorithm)?;
        let mac = wrapping::mac(algorithm, secret, fields.bytes(Field::Message)?);
        Some(fields.bytes(Field::Mac)? == mac)
    }

    fn proves_signature(&self, request: &Request) -> Option<bool> {
        let fields = &request.fields;
        let key = self.key(request, Field::KeyId)?;
        let (_, secret) = self.vault.current(key)?;
        let public_key = self.memo.public_key_of(secret)?;
        let verify = match fields.text(Field::MessageType) {
            Some(DIGEST) => verify_digest,
            _ => verify,
        };
        let algorithm = fields.name(Field::SigningAlgorithm)?;
        let message = fields.bytes(Field::Message)?;
        Some(verify(
            &public_key,
            algorithm,
            message,
            fields.bytes(Field::Signature)?,
        ))
    }

    /// The key that stands in this member of a call.
    fn key(&self, request: &Request, field: Field) -> Option<&Key> {
        let reference = request.fields.text(field)?;
        self.account.resolve(request, reference).ok()
    }
}

impl Opened {
    fn of(facts: Facts) -> Self {
        Self {
            facts,
            ..Self::default()
        }
    }

    /// What cannot be checked is not proven.
    fn proof(holds: Option<bool>) -> Self {
        Self::of(Facts {
            proof: Some(holds.unwrap_or(false)),
            ..Facts::default()
        })
    }
}

/// The encryption algorithm that the call asks for, if it is one of RSA keys. Wrapping has the same two.
pub(super) fn oaep(fields: &Fields) -> Option<WrappingAlgorithm> {
    use WrappingAlgorithm::{RsaesOaepSha1, RsaesOaepSha256};
    fields
        .name(Field::EncryptionAlgorithm)
        .filter(|algorithm| matches!(algorithm, RsaesOaepSha1 | RsaesOaepSha256))
}
