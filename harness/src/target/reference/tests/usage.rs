//! Use of keys: what the service computes is what the same bytes give here.

use sha2::{Digest, Sha256};

use super::*;
use crate::spec::{MacAlgorithm, SigningAlgorithm};
use crate::wrapping::{mac, public_key_of, verify};

use Operation::{GenerateDataKey, GenerateMac, GetPublicKey, ReEncrypt, Sign, Verify, VerifyMac};

#[test]
fn a_mac_is_the_one_that_the_imported_bytes_give() {
    let caller = Caller::new();
    for (spec, algorithm) in [
        (KeySpec::Hmac224, MacAlgorithm::HmacSha224),
        (KeySpec::Hmac512, MacAlgorithm::HmacSha512),
    ] {
        let material = material(spec, "mac");
        let key = caller.imported(spec, &material);
        let of = |message: &[u8]| {
            about(GenerateMac, &key)
                .with(Field::Message, message.to_vec())
                .with(Field::MacAlgorithm, algorithm)
        };
        let reply = caller.accepted(&of(b"message"));
        let answered = reply.bytes(Field::Mac).unwrap();
        assert_eq!(answered, mac(algorithm, &material, b"message"));
        let check = |message: &[u8]| {
            let fields = of(message).fields.with(Field::Mac, answered.to_vec());
            Request {
                fields,
                ..Request::new(VerifyMac)
            }
        };
        assert_eq!(
            caller.accepted(&check(b"message")).flag(Field::MacValid),
            Some(true)
        );
        caller.refused(&check(b"other"), Fault::MacInvalid);
    }
}

#[test]
fn a_signature_is_the_one_of_the_imported_key() {
    let caller = Caller::new();
    for (spec, algorithm) in [
        (KeySpec::EccNistP256, SigningAlgorithm::EcdsaSha256),
        (KeySpec::EccSecgP256k1, SigningAlgorithm::EcdsaSha256),
        (KeySpec::Rsa2048, SigningAlgorithm::RsassaPssSha256),
    ] {
        let material = material(spec, "sign");
        let key = caller.imported(spec, &material);
        let public_key = caller.accepted(&about(GetPublicKey, &key));
        let public_key = public_key.bytes(Field::PublicKey).unwrap();
        assert_eq!(public_key, public_key_of(&material).unwrap(), "{spec}");
        check_signatures(&caller, &key, public_key, algorithm);
    }
}

fn check_signatures(caller: &Caller, key: &str, public_key: &[u8], algorithm: SigningAlgorithm) {
    let digest = Sha256::digest(b"message").to_vec();
    for (kind, message) in [("raw", b"message".to_vec()), ("digest", digest)] {
        let sign = about(Sign, key)
            .with(Field::Message, message)
            .with(Field::MessageType, kind)
            .with(Field::SigningAlgorithm, algorithm);
        let reply = caller.accepted(&sign);
        let signature = reply.bytes(Field::Signature).unwrap();
        assert!(
            verify(public_key, algorithm, b"message", signature),
            "{kind}"
        );
        let mut check = Request {
            operation: Verify,
            ..sign
        };
        check.fields.set(Field::Signature, signature.to_vec());
        assert_eq!(
            caller.accepted(&check).flag(Field::SignatureValid),
            Some(true)
        );
        check.fields.set(Field::Message, vec![1; 32]);
        caller.refused(&check, Fault::SignatureInvalid);
    }
}

#[test]
fn a_digest_of_the_wrong_length_is_refused() {
    let caller = Caller::new();
    let key = caller.create(Origin::Service, KeySpec::EccNistP256);
    let sign = about(Sign, &key)
        .with(Field::Message, vec![1; 31])
        .with(Field::MessageType, "digest")
        .with(Field::SigningAlgorithm, SigningAlgorithm::EcdsaSha256);
    caller.refused(&sign, Fault::Constraint);
}

#[test]
fn an_rsa_key_opens_what_was_made_with_its_public_half() {
    let caller = Caller::new();
    let key = caller.create_for(Origin::Service, KeySpec::Rsa2048, KeyUsage::EncryptDecrypt);
    let encrypt = encrypt(&key, b"text").with(Field::EncryptionAlgorithm, "RSAES_OAEP_SHA_256");
    let sealed = caller.accepted(&encrypt);
    let decrypt = decrypt(&sealed)
        .with(Field::KeyId, key.as_str())
        .with(Field::EncryptionAlgorithm, "RSAES_OAEP_SHA_256");
    let opened = caller.accepted(&decrypt);
    assert_eq!(opened.bytes(Field::Plaintext), Some(&b"text"[..]));
    assert_eq!(opened.text(Field::MaterialId), None);
    let too_long = encrypt.with(Field::Plaintext, vec![1; 191]);
    caller.refused(&too_long, Fault::Constraint);
}

#[test]
fn keys_of_every_spec_can_be_used_when_the_service_made_them() {
    let caller = Caller::new();
    let key = caller.create(Origin::Service, KeySpec::Symmetric);
    let other = caller.create(Origin::Service, KeySpec::Symmetric);
    let data_key = caller.accepted(&about(GenerateDataKey, &key).with(Field::NumberOfBytes, 24));
    let plaintext = data_key.bytes(Field::Plaintext).unwrap();
    assert_eq!(plaintext.len(), 24);
    let moved = Request {
        operation: ReEncrypt,
        ..decrypt(&data_key)
    }
    .with(Field::DestinationKeyId, other.as_str());
    let moved = caller.accepted(&moved);
    assert!(moved.has(Field::SourceMaterialId) && moved.has(Field::DestinationMaterialId));
    let opened = caller.accepted(&decrypt(&moved).with(Field::KeyId, other.as_str()));
    assert_eq!(opened.bytes(Field::Plaintext), Some(plaintext));
    caller.refused(
        &decrypt(&moved).with(Field::KeyId, key.as_str()),
        Fault::KeyIncorrect,
    );
    for spec in [KeySpec::EccNistP384, KeySpec::EccNistP521, KeySpec::Rsa2048] {
        let key = caller.create(Origin::Service, spec);
        assert!(
            caller
                .accepted(&about(GetPublicKey, &key))
                .has(Field::PublicKey),
            "{spec}"
        );
    }
}

#[test]
fn an_encryption_context_must_be_given_again() {
    let caller = Caller::new();
    let key = caller.create(Origin::Service, KeySpec::Symmetric);
    let context = BTreeMap::from([("purpose".to_owned(), "test".to_owned())]);
    let sealed = encrypt(&key, b"text").with(Field::EncryptionContext, context.clone());
    let sealed = caller.accepted(&sealed);
    caller.refused(&decrypt(&sealed), Fault::DataInvalid);
    caller.accepted(&decrypt(&sealed).with(Field::EncryptionContext, context));
}
