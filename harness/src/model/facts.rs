use crate::spec::MaterialId;

/// What the driver knows about the blobs of a call. A fact that the call has no blob for stays `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Facts {
    /// Whose token it is (import), or the name of the set that is about to be issued (get-parameters).
    pub token: Option<TokenFact>,
    /// What the encrypted material turned out to be.
    pub material: Option<MaterialFact>,
    /// What the data ciphertext turned out to be (decrypt, re-encrypt).
    pub sealed: Option<SealedFact>,
    /// Whether the MAC or signature of the call belongs to its message (verify-mac, verify).
    pub proof: Option<bool>,
}

/// One answer to get-parameters: a wrapping key and a token that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParametersId(pub u64);

/// What an import token turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenFact {
    /// The unchanged token of this set of parameters.
    Of(ParametersId),
    /// Never issued, or changed on the way.
    Foreign,
}

/// What the encrypted material turned out to be, unwrapped with the key and algorithm of the token's parameters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MaterialFact {
    /// It does not unwrap.
    Undecryptable,
    /// It unwraps to something that cannot be material of the key's spec.
    Malformed,
    /// It unwraps to this material.
    Is(MaterialId),
}

/// What a data ciphertext turned out to be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SealedFact {
    /// Nothing that the service made, or changed on the way, or another encryption context.
    Undecryptable,
    /// Made by this key with this material.
    By {
        /// The key's id.
        key: String,
        /// The material.
        material: MaterialId,
    },
}
