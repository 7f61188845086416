//! Wrapped material: it comes out whole, and nothing comes out of what was changed.

use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use strum::VariantArray;
use zeroize::Zeroizing;

use super::edit::edited;
use crate::spec::{WrappingAlgorithm, WrappingKeySpec};
use crate::wrapping::aes_kwp::{self, Kek};
use crate::wrapping::{self, PrivateOperation, WrappingKeyPair, ecb, seeded_rng, unwrap_with};

/// Material encoded for a wrapping algorithm of RSA, with a few changes; and bytes that nobody has encoded.
pub fn unwrap(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let Ok((algorithm, key, changes)) = choose(&mut input) else {
        return;
    };
    let material = input.take_rest();
    let behind_a_key = oaep::<Sha256>(key.0, &KEK).map(|it| [&it[..], material].concat());
    for foreign in [Some(material.to_vec()), behind_a_key].iter().flatten() {
        if let Ok(unwrapped) = unwrap_with(algorithm, &key, foreign) {
            assert!(unwrapped.len() < foreign.len(), "wrapping takes room");
        }
    }
    let Some(blob) = encoded(algorithm, key.0, material) else {
        return;
    };
    let Ok(changed) = edited(&blob, &mut Unstructured::new(changes)) else {
        return;
    };
    let unwrapped = unwrap_with(algorithm, &key, &changed).ok();
    let unwrapped = unwrapped.as_ref().map(|it| it.as_slice());
    if changed == blob {
        assert_eq!(unwrapped, Some(material), "{algorithm}");
    } else if changed.get(..key.0) == blob.get(..key.0) && !seals_material(algorithm) {
        assert!(unwrapped.is_none_or(|it| it.len() < changed.len() - key.0));
    } else if algorithm != WrappingAlgorithm::RsaesPkcs1V15 {
        assert_eq!(unwrapped, None, "{algorithm} has taken what was changed");
    } else if let Some(unwrapped) = unwrapped {
        // Nothing seals this padding, but it has to be one.
        let end = changed.len() - unwrapped.len() - 1;
        assert!(end >= 10 && changed.starts_with(&[0, 2]), "{algorithm}");
        assert!(
            !changed[2..end].contains(&0) && changed[end] == 0,
            "{algorithm}"
        );
        assert!(changed.ends_with(unwrapped), "{algorithm}");
    }
}

/// The same for the algorithms of SM2, whose ciphertexts have no encoded message: under a real key, hence slower.
pub fn unwrap_sm2(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let algorithms = [WrappingAlgorithm::Sm2Pke, WrappingAlgorithm::Sm2PkeSm4Ecb];
    let (Ok(algorithm), Ok(changes)) = (input.choose(&algorithms), input.arbitrary::<&[u8]>())
    else {
        return;
    };
    let (algorithm, material) = (*algorithm, input.take_rest());
    if let Ok(unwrapped) = wrapping::unwrap(algorithm, &SM2_PAIR, material) {
        assert!(unwrapped.len() < material.len(), "wrapping takes room");
    }
    let public_key = SM2_PAIR.public_key_der();
    let mut rng = seeded_rng(0, "a fuzzer wants the same every time");
    let Ok(blob) = wrapping::wrap(algorithm, &public_key, material, &mut rng) else {
        return;
    };
    let Ok(changed) = edited(&blob, &mut Unstructured::new(changes)) else {
        return;
    };
    let unwrapped = wrapping::unwrap(algorithm, &SM2_PAIR, &changed).ok();
    let unwrapped = unwrapped.as_ref().map(|it| it.as_slice());
    let envelope = blob.len() - material.len();
    if changed == blob {
        assert_eq!(unwrapped, Some(material), "{algorithm}");
    } else if changed.get(..envelope) == blob.get(..envelope) && !seals_material(algorithm) {
        assert!(unwrapped.is_none_or(|it| it.len() == changed.len() - envelope));
    } else {
        assert_eq!(unwrapped, None, "{algorithm} has taken what was changed");
    }
}

static SM2_PAIR: LazyLock<WrappingKeyPair> = LazyLock::new(|| {
    WrappingKeyPair::from_secret(WrappingKeySpec::EcSm2, &[7; 32]).expect("it is a number")
});

/// Whether a changed block of material is noticed. In ECB mode nothing tells.
fn seals_material(algorithm: WrappingAlgorithm) -> bool {
    !matches!(
        algorithm,
        WrappingAlgorithm::RsaesOaepSha256Aes256EcbPkcs7Pad | WrappingAlgorithm::Sm2PkeSm4Ecb
    )
}

/// A private operation that does nothing, for moduli of so many bytes: a ciphertext is its own encoded message.
struct Transparent(usize);

impl PrivateOperation for Transparent {
    fn size(&self) -> usize {
        self.0
    }

    fn encoded_message(&self, ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        (ciphertext.len() == self.0).then(|| Zeroizing::new(ciphertext.to_vec()))
    }
}

fn choose<'a>(input: &mut Unstructured<'a>) -> Result<(WrappingAlgorithm, Transparent, &'a [u8])> {
    let algorithm = *input.choose(WrappingAlgorithm::VARIANTS)?;
    let size = *input.choose(&[256, 384, 512])?;
    Ok((algorithm, Transparent(size), input.arbitrary()?))
}

/// What a client encrypts, written down a second time (RFC 8017); `None` where the material does not fit.
fn encoded(algorithm: WrappingAlgorithm, size: usize, material: &[u8]) -> Option<Vec<u8>> {
    match algorithm {
        WrappingAlgorithm::RsaesPkcs1V15 => {
            let padding = size.checked_sub(3 + material.len()).filter(|it| *it >= 8)?;
            Some([&[0, 2][..], &vec![1; padding], &[0], material].concat())
        }
        WrappingAlgorithm::RsaesOaepSha1 => oaep::<Sha1>(size, material),
        WrappingAlgorithm::RsaesOaepSha256 => oaep::<Sha256>(size, material),
        WrappingAlgorithm::RsaAesKeyWrapSha1 => hybrid(oaep::<Sha1>(size, &KEK)?, material),
        WrappingAlgorithm::RsaAesKeyWrapSha256 => hybrid(oaep::<Sha256>(size, &KEK)?, material),
        WrappingAlgorithm::RsaesOaepSha256Aes256EcbPkcs7Pad => {
            let blocks = ecb::encrypt_aes(&KEK, material);
            Some([oaep::<Sha256>(size, &KEK)?, blocks].concat())
        }
        WrappingAlgorithm::Sm2Pke | WrappingAlgorithm::Sm2PkeSm4Ecb => None,
    }
}

fn hybrid(mut blob: Vec<u8>, material: &[u8]) -> Option<Vec<u8>> {
    blob.extend(aes_kwp::encrypt(&KEK, material).ok()?);
    Some(blob)
}

fn oaep<D: Digest>(size: usize, material: &[u8]) -> Option<Vec<u8>> {
    let label = D::digest(b"");
    let padding = size.checked_sub(2 + 2 * label.len() + material.len())?;
    let block = [&label[..], &vec![0; padding], &[1], material].concat();
    let seed = vec![7; label.len()];
    let block = masked::<D>(block, &seed);
    let seed = masked::<D>(seed, &block);
    Some([&[0][..], &seed, &block].concat())
}

fn masked<D: Digest>(mut bytes: Vec<u8>, seed: &[u8]) -> Vec<u8> {
    let mask = (0_u32..).flat_map(|counter| {
        let digest = D::new()
            .chain_update(seed)
            .chain_update(counter.to_be_bytes());
        digest.finalize().to_vec()
    });
    bytes
        .iter_mut()
        .zip(mask)
        .for_each(|(byte, mask)| *byte ^= mask);
    bytes
}

/// Material under AES key wrap with padding, with a few changes; and bytes that nobody has wrapped.
pub fn aes_key_wrap(data: &[u8]) {
    if let Ok(material) = aes_kwp::decrypt(&KEK, data) {
        let again = aes_kwp::encrypt(&KEK, &material);
        assert_eq!(again.as_deref(), Ok(data), "what unwraps was wrapped");
    }
    let mut input = Unstructured::new(data);
    let Ok(changes) = input.arbitrary::<&[u8]>() else {
        return;
    };
    let material = input.take_rest();
    let Ok(wrapped) = aes_kwp::encrypt(&KEK, material) else {
        assert!(material.is_empty(), "everything but nothing can be wrapped");
        return;
    };
    let Ok(changed) = edited(&wrapped, &mut Unstructured::new(changes)) else {
        return;
    };
    let unwrapped = aes_kwp::decrypt(&KEK, &changed).ok();
    let expected = (changed == wrapped).then_some(material);
    assert_eq!(unwrapped.as_ref().map(|it| it.as_slice()), expected);
}

const KEK: Kek = [7; 32];
