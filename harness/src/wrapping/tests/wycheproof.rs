//! Wycheproof: vectors that other implementations got wrong. Valid ones must come out equal, invalid ones must be
//! refused, acceptable ones may be either but never come out as something else.

use ::wycheproof::{HashFunction, TestResult, keywrap, rsa_oaep, rsa_pkcs1_decrypt};

use rsa::pkcs8::DecodePrivateKey;

use super::*;
use crate::wrapping::aes_kwp;

/// The sets that carry the parameters of a service's algorithm.
const OAEP: [(rsa_oaep::TestName, WrappingAlgorithm); 4] = {
    use WrappingAlgorithm::{RsaesOaepSha1, RsaesOaepSha256};
    use rsa_oaep::TestName;
    [
        (TestName::Rsa2048Sha1Mgf1Sha1, RsaesOaepSha1),
        (TestName::Rsa2048Sha256Mgf1Sha256, RsaesOaepSha256),
        (TestName::Rsa3072Sha256Mgf1Sha256, RsaesOaepSha256),
        (TestName::Rsa4096Sha256Mgf1Sha256, RsaesOaepSha256),
    ]
};

/// SHA-256 with MGF1 of SHA-1, which no service takes: all of them must be refused.
const OAEP_MISMATCHED: [rsa_oaep::TestName; 3] = [
    rsa_oaep::TestName::Rsa2048Sha256Mgf1Sha1,
    rsa_oaep::TestName::Rsa3072Sha256Mgf1Sha1,
    rsa_oaep::TestName::Rsa4096Sha256Mgf1Sha1,
];

/// Sets whose hash no wrapping algorithm has.
const OAEP_OTHER_HASHES: [rsa_oaep::TestName; 14] = {
    use rsa_oaep::TestName;
    [
        TestName::Rsa2048Sha224Mgf1Sha1,
        TestName::Rsa2048Sha224Mgf1Sha224,
        TestName::Rsa2048Sha384Mgf1Sha1,
        TestName::Rsa2048Sha384Mgf1Sha384,
        TestName::Rsa2048Sha512Mgf1Sha1,
        TestName::Rsa2048Sha512Mgf1Sha512,
        TestName::Rsa2048Sha512_224Mgf1Sha1,
        TestName::Rsa2048Sha512_224Mgf1Sha512_224,
        TestName::Rsa3072Sha512Mgf1Sha1,
        TestName::Rsa3072Sha512Mgf1Sha512,
        TestName::Rsa3072Sha512_256Mgf1Sha1,
        TestName::Rsa3072Sha512_256Mgf1Sha512_256,
        TestName::Rsa4096Sha512Mgf1Sha1,
        TestName::Rsa4096Sha512Mgf1Sha512,
    ]
};

/// A mixture: its groups are sorted by their own parameters.
const OAEP_MIXED: rsa_oaep::TestName = rsa_oaep::TestName::RsaMisc;

#[test]
fn rsa_oaep_with_the_hashes_of_services() {
    for (name, algorithm) in OAEP {
        for group in rsa_oaep::TestSet::load(name).unwrap().test_groups {
            check_oaep_group(&group, algorithm);
        }
    }
}

#[test]
fn rsa_oaep_with_a_mask_of_sha_1_under_sha_256_is_refused() {
    for name in OAEP_MISMATCHED {
        for group in rsa_oaep::TestSet::load(name).unwrap().test_groups {
            let key = rsa::PrivateKey::from_pkcs8_der(&group.pkcs8).unwrap();
            for test in group.tests {
                let unwrapped = unwrap_with(WrappingAlgorithm::RsaesOaepSha256, &key, &test.ct);
                assert_eq!(unwrapped, REFUSED, "{name:?} {}", test.tc_id);
            }
        }
    }
}

#[test]
fn rsa_oaep_mixed_groups_of_our_sizes_and_hashes() {
    let mut skipped = 0;
    for group in rsa_oaep::TestSet::load(OAEP_MIXED).unwrap().test_groups {
        let algorithm = match (group.hash, group.mgf_hash) {
            (HashFunction::Sha1, HashFunction::Sha1) => WrappingAlgorithm::RsaesOaepSha1,
            (HashFunction::Sha2_256, HashFunction::Sha2_256) => WrappingAlgorithm::RsaesOaepSha256,
            _ => {
                skipped += group.tests.len(); // hashes that no wrapping algorithm has
                continue;
            }
        };
        if ![2048, 3072, 4096].contains(&group.key_size) {
            skipped += group.tests.len(); // sizes that no wrapping key has
            continue;
        }
        check_oaep_group(&group, algorithm);
    }
    assert_eq!(skipped, 377, "of 395 vectors");
}

#[test]
fn every_rsa_oaep_set_is_used_or_named_as_skipped() {
    let used = OAEP.map(|(name, _)| name);
    for name in rsa_oaep::TestName::all() {
        let known = used.contains(&name)
            || OAEP_MISMATCHED.contains(&name)
            || OAEP_OTHER_HASHES.contains(&name)
            || name == OAEP_MIXED;
        assert!(known, "{name:?} is new: use it, or say why not");
    }
}

#[test]
fn rsa_pkcs1() {
    for name in rsa_pkcs1_decrypt::TestName::all() {
        for group in rsa_pkcs1_decrypt::TestSet::load(name).unwrap().test_groups {
            let key = rsa::PrivateKey::from_pkcs8_der(&group.pkcs8).unwrap();
            for test in group.tests {
                let unwrapped = unwrap_with(WrappingAlgorithm::RsaesPkcs1V15, &key, &test.ct);
                let place = format!("{name:?} {} {}", test.tc_id, test.comment);
                check(&place, test.result, &test.pt, unwrapped);
            }
        }
    }
}

#[test]
fn aes_key_wrap_with_padding_under_256_bits() {
    let set = keywrap::TestSet::load(keywrap::TestName::AesKeyWrapWithPadding).unwrap();
    // The hybrid algorithms always use 256 bits: the groups of 128 and 192 bits are skipped.
    let groups = set.test_groups.iter().filter(|group| group.key_size == 256);
    let mut count = 0;
    for test in groups.flat_map(|group| &group.tests) {
        let kek = test.key.as_slice().try_into().unwrap();
        let place = format!("{} {}", test.tc_id, test.comment);
        check(
            &place,
            test.result,
            &test.pt,
            aes_kwp::decrypt(kek, &test.ct),
        );
        if test.result == TestResult::Valid {
            assert_eq!(
                aes_kwp::encrypt(kek, &test.pt),
                Ok(test.ct.to_vec()),
                "{place}"
            );
        }
        count += 1;
    }
    assert_eq!(count, 94);
}

fn check_oaep_group(group: &rsa_oaep::TestGroup, algorithm: WrappingAlgorithm) {
    let key = rsa::PrivateKey::from_pkcs8_der(&group.pkcs8).unwrap();
    for test in &group.tests {
        // Services use no label: what is right with a label is wrong for us.
        let result = match test.label.is_empty() {
            true => test.result,
            false => TestResult::Invalid,
        };
        let place = format!(
            "{algorithm} {} {} {}",
            group.key_size, test.tc_id, test.comment
        );
        check(
            &place,
            result,
            &test.pt,
            unwrap_with(algorithm, &key, &test.ct),
        );
    }
}

#[track_caller]
fn check(
    place: &str,
    result: TestResult,
    expected: &[u8],
    unwrapped: Result<Zeroizing<Vec<u8>>, UnwrapError>,
) {
    match (result, unwrapped) {
        (TestResult::Valid | TestResult::Acceptable, Ok(material)) => {
            assert_eq!(*material, expected, "{place}");
        }
        (TestResult::Acceptable | TestResult::Invalid, Err(_)) => {}
        (TestResult::Valid, Err(error)) => panic!("{place}: valid, but {error}"),
        (TestResult::Invalid, Ok(_)) => panic!("{place}: invalid, but accepted"),
    }
}
