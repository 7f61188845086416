//! The service as its callers see it, through the dialect in both directions.

mod alibaba;
mod import;
mod rotation;
mod service;
mod usage;

use jiff::{SignedDuration, Timestamp};
use rand_chacha::ChaCha12Rng;
use rand_core::SeedableRng;

use super::*;
use crate::spec::{
    ExpirationModel, Fields, KeySpec, KeyState, KeyUsage, Operation, Origin, WrappingKeySpec,
};
use crate::wrapping::{MaterialForm, MaterialKind, wrap};

use Operation::{CreateKey, Decrypt, DescribeKey, Encrypt, GetParameters, Import};
use WrappingAlgorithm::{RsaAesKeyWrapSha256, RsaesOaepSha256};

const START: Timestamp = Timestamp::constant(1_795_000_000, 0);

/// A caller with a service of its own.
struct Caller {
    service: Reference,
    signer: Signer,
    now: Timestamp,
}

impl Caller {
    fn new() -> Self {
        let settings = Settings::new(7, START);
        Self {
            signer: settings.signer.clone(),
            service: Reference::new(settings),
            now: START,
        }
    }

    fn call(&self, request: &Request) -> Reply {
        let dialect = dialect(Vendor::Aws);
        let http = dialect.encode_request(request);
        let http = dialect.sign(http, "kms.localhost", &self.signer, self.now);
        let reply = self.service.answer(&http, self.now);
        dialect.decode_reply(request.operation, &reply)
    }

    #[track_caller]
    fn accepted(&self, request: &Request) -> Fields {
        match self.call(request) {
            Reply::Accepted(fields) => fields,
            other => panic!("{} was not accepted: {other:?}", request.operation),
        }
    }

    #[track_caller]
    fn refused(&self, request: &Request, fault: Fault) {
        match self.call(request) {
            Reply::Refused(refusal) => {
                let form = dialect(Vendor::Aws)
                    .refusal(request.operation, fault)
                    .unwrap();
                assert_eq!(refusal.code, form.codes[0], "{fault}");
                assert_eq!(refusal.status, form.statuses[0], "{fault}");
            }
            other => panic!("{} was not refused: {other:?}", request.operation),
        }
    }

    /// A key for the usage that our checks of its material need.
    fn create(&self, origin: Origin, spec: KeySpec) -> String {
        let usage = match spec.usages() {
            [only] => *only,
            _ => KeyUsage::SignVerify,
        };
        self.create_for(origin, spec, usage)
    }

    fn create_for(&self, origin: Origin, spec: KeySpec, usage: KeyUsage) -> String {
        let request = Request::new(CreateKey)
            .with(Field::Origin, origin)
            .with(Field::Spec, spec)
            .with(Field::Usage, usage);
        let metadata = self.accepted(&request);
        metadata.text(Field::KeyId).unwrap().to_owned()
    }

    fn parameters(&self, key: &str, algorithm: WrappingAlgorithm) -> Fields {
        let request = about(GetParameters, key)
            .with(Field::WrappingAlgorithm, algorithm)
            .with(Field::WrappingKeySpec, WrappingKeySpec::Rsa2048);
        self.accepted(&request)
    }

    fn import(&self, key: &str, material: &[u8]) -> Request {
        let algorithm = match material.len() {
            0..=150 => RsaesOaepSha256,
            _ => RsaAesKeyWrapSha256,
        };
        let parameters = self.parameters(key, algorithm);
        import_with(key, &parameters, algorithm, material)
    }

    fn imported(&self, spec: KeySpec, material: &[u8]) -> String {
        let key = self.create(Origin::External, spec);
        self.accepted(&self.import(&key, material));
        key
    }

    fn state(&self, key: &str) -> KeyState {
        self.accepted(&about(DescribeKey, key))
            .name(Field::State)
            .unwrap()
    }

    fn wait(&mut self, by: SignedDuration) {
        self.now = self.now.checked_add(by).unwrap();
    }
}

fn about(operation: Operation, key: &str) -> Request {
    Request::new(operation).with(Field::KeyId, key)
}

fn import_with(
    key: &str,
    parameters: &Fields,
    algorithm: WrappingAlgorithm,
    material: &[u8],
) -> Request {
    let public_key = parameters.bytes(Field::PublicKey).unwrap();
    let mut rng = ChaCha12Rng::seed_from_u64(9);
    let blob = wrap(algorithm, public_key, material, &mut rng).unwrap();
    about(Import, key)
        .with(
            Field::ImportToken,
            parameters.bytes(Field::ImportToken).unwrap().to_vec(),
        )
        .with(Field::EncryptedMaterial, blob)
        .with(Field::ExpirationModel, ExpirationModel::Never)
}

fn material(spec: KeySpec, name: &str) -> Vec<u8> {
    MaterialKind::of(spec).derive(1, name).unwrap().to_vec()
}

fn encrypt(key: &str, plaintext: &[u8]) -> Request {
    about(Encrypt, key).with(Field::Plaintext, plaintext.to_vec())
}

fn decrypt(reply: &Fields) -> Request {
    let ciphertext = reply.bytes(Field::Ciphertext).unwrap().to_vec();
    Request::new(Decrypt).with(Field::Ciphertext, ciphertext)
}
