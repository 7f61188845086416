//! Private and public keys in DER: taken as what they are, or refused.

use rand_chacha::ChaCha12Rng;
use rand_core::SeedableRng;
use strum::VariantArray;

use crate::spec::{KeySpec, SigningAlgorithm, WrappingAlgorithm, WrappingKeySpec};
use crate::wrapping::{
    MaterialForm, check_material, identity_of, is_wrapping_key, public_key_of, verify, wrap,
};

/// Bytes that say they are a private key.
pub fn private_key(data: &[u8]) {
    let Ok(public_key) = public_key_of(data) else {
        for spec in private_key_specs() {
            assert!(
                check_material(spec, data).is_err(),
                "{spec} takes what is no key"
            );
        }
        return;
    };
    let suits: Vec<KeySpec> = private_key_specs()
        .filter(|spec| check_material(*spec, data).is_ok())
        .collect();
    assert!(suits.len() <= 1, "a key has one spec, not {suits:?}");
    for spec in suits {
        let identity = identity_of(spec, data);
        assert_eq!(
            identity.as_deref(),
            Ok(&public_key),
            "the public half tells keys apart"
        );
        for form in MaterialForm::VARIANTS {
            if let Ok(written) = form.write(data) {
                let again = identity_of(spec, &written).ok().map(|it| it.to_vec());
                let expected = is_legal(*form).then(|| public_key.clone());
                assert_eq!(again, expected, "{spec} as {form}");
            }
        }
    }
}

/// Bytes that say they are a public key.
pub fn public_key(data: &[u8]) {
    let specs = WrappingKeySpec::VARIANTS.iter();
    match specs.filter(|spec| is_wrapping_key(**spec, data)).count() {
        0 => {}
        1 => {
            let can_wrap = |algorithm: &WrappingAlgorithm| {
                let mut rng = ChaCha12Rng::seed_from_u64(1);
                wrap(*algorithm, data, &[7; 32], &mut rng).is_ok()
            };
            let algorithms = [
                WrappingAlgorithm::RsaesOaepSha256,
                WrappingAlgorithm::Sm2Pke,
            ];
            assert!(algorithms.iter().any(can_wrap), "a wrapping key wraps");
        }
        number => panic!("a wrapping key is of one kind, not of {number}"),
    }
    let rubbish = &data[..data.len().min(64)];
    for algorithm in VERIFIED {
        assert!(
            !verify(data, *algorithm, b"message", rubbish),
            "{algorithm}"
        );
    }
}

/// One algorithm of each scheme: the hash makes no difference to the key.
const VERIFIED: &[SigningAlgorithm] = &[
    SigningAlgorithm::RsassaPssSha256,
    SigningAlgorithm::RsassaPkcs1V15Sha256,
    SigningAlgorithm::EcdsaSha256,
];

fn private_key_specs() -> impl Iterator<Item = KeySpec> {
    let all = KeySpec::VARIANTS.iter().copied();
    all.filter(|spec| spec.raw_bytes().is_none())
}

/// Whether services take a key in this form.
fn is_legal(form: MaterialForm) -> bool {
    use MaterialForm::{CompressedPoint, NoPublicPoint, Pkcs8};
    matches!(form, Pkcs8 | CompressedPoint | NoPublicPoint)
}
