//! Keys of every kind in every form, and vectors of Wycheproof.

use std::collections::BTreeSet;

use byokcheck::spec::{KeySpec, WrappingAlgorithm};
use byokcheck::wrapping::{MaterialForm, MaterialKind, pooled_rsa, public_key_of};
use strum::VariantArray;
use wycheproof::{keywrap, rsa_oaep};

use crate::Seeds;

/// Private keys: one of each kind in each of its forms.
pub(crate) fn private_keys() -> Seeds {
    let mut seeds = Seeds::default();
    for (name, key) in keys() {
        for form in MaterialForm::VARIANTS {
            if let Ok(written) = form.write(&key) {
                seeds.add(format!("{name}-{form}"), &written);
            }
        }
    }
    seeds.dictionary = identifiers(&seeds);
    seeds
}

/// Their public halves.
pub(crate) fn public_keys() -> Seeds {
    let mut seeds = Seeds::default();
    for (name, key) in keys() {
        seeds.add(name, public_key_of(&key).expect("it is a private key"));
    }
    seeds.dictionary = identifiers(&seeds);
    seeds
}

/// Wycheproof's vectors for AES key wrap with padding, one of each length: plaintexts, and the ciphertexts themselves.
pub(crate) fn aes_key_wrap() -> Seeds {
    let mut seeds = Seeds::default();
    let set = keywrap::TestSet::load(keywrap::TestName::AesKeyWrapWithPadding);
    let groups = set.expect("the set is part of the crate").test_groups;
    for test in groups.iter().flat_map(|group| &group.tests) {
        seeds.add(format!("plain-{}", test.pt.len()), unchanged(&[], &test.pt));
        seeds.add(format!("wrapped-{}", test.ct.len()), &test.ct[..]);
    }
    seeds
}

/// Wycheproof's plaintexts for RSA-OAEP, one of each length, for every algorithm and size of key.
pub(crate) fn unwrap() -> Seeds {
    let mut seeds = Seeds::default();
    let set = rsa_oaep::TestSet::load(rsa_oaep::TestName::Rsa2048Sha256Mgf1Sha256);
    let groups = set.expect("the set is part of the crate").test_groups;
    for test in groups.iter().flat_map(|group| &group.tests) {
        for (number, algorithm) in WrappingAlgorithm::VARIANTS.iter().enumerate() {
            let choices = [number as u8, test.pt.len() as u8 % 3];
            let name = format!("{algorithm}-{}", test.pt.len());
            seeds.add(name, unchanged(&choices, &test.pt));
        }
    }
    seeds
}

/// Material of whole and of broken blocks, for both algorithms of SM2.
pub(crate) fn unwrap_sm2() -> Seeds {
    let mut seeds = Seeds::default();
    for (number, algorithm) in ["plain", "hybrid"].iter().enumerate() {
        for length in [0, 1, 16, 31, 32, 144] {
            let bytes = unchanged(&[number as u8], &vec![0x5a; length]);
            seeds.add(format!("{algorithm}-{length}"), bytes);
        }
    }
    seeds
}

/// Choices and material without a script of changes, whose length is the last byte.
fn unchanged(choices: &[u8], material: &[u8]) -> Vec<u8> {
    [choices, material, &[0]].concat()
}

fn keys() -> Vec<(String, Vec<u8>)> {
    let mut keys = vec![(
        "RSA_2048".to_owned(),
        pooled_rsa(2048, 0).expect("there is one").to_vec(),
    )];
    for spec in KeySpec::VARIANTS {
        if let Ok(key) = MaterialKind::Ec(*spec).derive(7, "seed") {
            keys.push((spec.to_string(), key.to_vec()));
        }
    }
    keys
}

/// The object identifiers in DER, and the beginnings of integers and bit strings.
fn identifiers(seeds: &Seeds) -> Vec<String> {
    let mut found = BTreeSet::new();
    for der in seeds.corpus.values() {
        for at in 0..der.len() {
            if let [0x06, length @ 3..=11, rest @ ..] = &der[at..]
                && let Some(body) = rest.get(..usize::from(*length))
                && [0x2a, 0x2b, 0x60].contains(&body[0])
            {
                let bytes = &der[at..at + 2 + usize::from(*length)];
                found.insert(
                    bytes
                        .iter()
                        .map(|byte| format!("\\x{byte:02x}"))
                        .collect::<String>(),
                );
            }
        }
    }
    let framing = [
        "\\x30\\x82",
        "\\x02\\x82",
        "\\x04\\x82",
        "\\x03\\x82",
        "\\x02\\x01\\x00",
        "\\xa0\\x0a",
        "\\xa1\\x44",
    ];
    let framing = framing.iter().map(|bytes| (*bytes).to_owned());
    found
        .into_iter()
        .chain(framing)
        .map(|bytes| format!("\"{bytes}\""))
        .collect()
}
