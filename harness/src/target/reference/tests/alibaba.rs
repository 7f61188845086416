//! What is different about the service of the second vendor, seen from outside.

use jiff::civil::date;

use super::{START, Settings};
use crate::spec::{
    Era, Field, Fields, KeySpec, KeyState, Operation, Reply, Request, Vendor, WrappingAlgorithm,
    WrappingKeySpec,
};
use crate::target::HttpService;
use crate::target::reference::Reference;
use crate::wire::{Signer, dialect};
use crate::wrapping::{MaterialKind, seeded_rng, wrap};

struct Caller {
    service: Reference,
    signer: Signer,
}

impl Caller {
    fn on(year: i16) -> Self {
        let mut settings = Settings::of(Vendor::Alibaba, 7, START);
        settings.era = Era(date(year, 12, 1));
        Self {
            signer: settings.signer.clone(),
            service: Reference::new(settings),
        }
    }

    fn call(&self, request: &Request) -> Reply {
        let dialect = dialect(Vendor::Alibaba);
        let message = dialect.encode_request(request);
        let message = dialect.sign(message, "kms.localhost", &self.signer, START);
        dialect.decode_reply(request.operation, &self.service.answer(&message, START))
    }

    #[track_caller]
    fn accepted(&self, request: &Request) -> Fields {
        match self.call(request) {
            Reply::Accepted(fields) => fields,
            other => panic!("{} was not accepted: {other:?}", request.operation),
        }
    }

    /// A key that waits for material, and an import that would bring it but names no key.
    fn import_without_key(&self) -> (Request, Request) {
        let create = Request::new(Operation::CreateKey).with(Field::Origin, "external");
        let created = self.accepted(&create);
        let key = created.text(Field::KeyId).expect("a key has an id");
        let about = |operation| Request::new(operation).with(Field::KeyId, key);
        let algorithm = WrappingAlgorithm::RsaesOaepSha256;
        let given = self.accepted(
            &about(Operation::GetParameters)
                .with(Field::WrappingAlgorithm, algorithm)
                .with(Field::WrappingKeySpec, WrappingKeySpec::Rsa2048),
        );
        let bytes = |field| given.bytes(field).expect("parameters have it").to_vec();
        let material = MaterialKind::of(KeySpec::Symmetric)
            .derive(1, "first")
            .unwrap();
        let public_key = bytes(Field::PublicKey);
        let blob = wrap(
            algorithm,
            &public_key,
            &material,
            &mut seeded_rng(1, "wrap"),
        )
        .unwrap();
        let import = Request::new(Operation::Import)
            .with(Field::ImportToken, bytes(Field::ImportToken))
            .with(Field::EncryptedMaterial, blob);
        (about(Operation::DescribeKey), import)
    }
}

#[test]
fn in_2018_the_token_says_which_key_an_import_is_for() {
    let caller = Caller::on(2018);
    let (describe, import) = caller.import_without_key();
    caller.accepted(&import);
    let state = caller.accepted(&describe).name(Field::State);
    assert_eq!(state, Some(KeyState::Enabled));
}

#[test]
fn since_2021_an_import_names_its_key() {
    let caller = Caller::on(2021);
    let (describe, import) = caller.import_without_key();
    match caller.call(&import) {
        Reply::Refused(refusal) => assert_eq!(refusal.code, "MissingParameter"),
        other => panic!("{other:?}"),
    }
    let state = caller.accepted(&describe).name(Field::State);
    assert_eq!(state, Some(KeyState::PendingImport));
}
