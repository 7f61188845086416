//! What a target can do at all, learned with cheap calls before anything is judged.

use std::collections::{BTreeMap, BTreeSet};

use super::Missing;
use super::outcome::Stale;
use super::session::Session;
use crate::scenario::{Action, Control, Scenario, Step};
use crate::spec::{Field, Fields, Operation, Reply, Request};
use crate::target::profile::Feature;
use crate::wire::HttpReply;

/// Everything that a scenario needs.
pub(super) fn needs(scenario: &Scenario) -> BTreeSet<Feature> {
    let mut needs = BTreeSet::new();
    for step in &scenario.steps {
        needs_of(step, &mut needs);
    }
    needs
}

fn needs_of(step: &Step, needs: &mut BTreeSet<Feature>) {
    match &step.action {
        Action::PassTime(_) => {
            needs.insert(Feature::Time);
        }
        Action::Call(call) => {
            needs.insert(Feature::Operation(call.operation));
            if call
                .fields
                .iter()
                .any(|(field, _)| *field == Field::CustomKeyStoreId)
            {
                needs.insert(Feature::Store);
            }
            if call.wrapping.is_some() {
                needs.insert(Feature::Operation(Operation::GetParameters));
            }
        }
    }
    if let Control::Step(control) = &step.control {
        needs_of(control, needs);
    }
}

/// What the probing showed.
pub(super) struct Probed {
    /// The answer to an operation that cannot exist.
    pub(super) invented: Option<HttpReply>,
    /// Features that are not there, and how the target said so.
    pub(super) absent: BTreeMap<Feature, String>,
}

/// Asks for every operation among `features` once, and for one that cannot exist.
pub(super) async fn probe(session: &Session<'_>, features: &BTreeSet<Feature>) -> Probed {
    let invented = session
        .send(session.dialect.invented_request())
        .await
        .reply
        .ok();
    let session = Session {
        invented: invented.as_ref(),
        ..*session
    };
    let mut absent = BTreeMap::new();
    for feature in features {
        let Feature::Operation(operation) = feature else {
            continue;
        };
        if session.dialect.operation_name(*operation).is_none() {
            absent.insert(*feature, "this vendor has no such operation".to_owned());
        } else if let Some(request) = probing_request(*operation)
            && let Reply::NotImplemented { because } = session.call(&request).await.decoded
        {
            absent.insert(*feature, because);
        }
    }
    Probed { invented, absent }
}

/// A call that changes nothing wherever it is implemented; `None` for creation, which every run tries anyway.
fn probing_request(operation: Operation) -> Option<Request> {
    let unknown_key = "00000000-0000-4000-8000-000000000000";
    let blob = || vec![0; 64];
    let request = Request::new(operation).with(Field::KeyId, unknown_key);
    Some(match operation {
        Operation::CreateKey => return None,
        Operation::ListKeys | Operation::ListAliases => Request::new(operation),
        Operation::Decrypt => Request::new(operation).with(Field::Ciphertext, blob()),
        Operation::ReEncrypt => Request::new(operation)
            .with(Field::Ciphertext, blob())
            .with(Field::DestinationKeyId, unknown_key),
        Operation::CreateAlias => Request::new(operation)
            .with(Field::Alias, "alias/byokcheck-probe")
            .with(Field::TargetKeyId, unknown_key),
        Operation::DeleteAlias => {
            Request::new(operation).with(Field::Alias, "alias/byokcheck-probe")
        }
        Operation::GetParameters => request
            .with(Field::WrappingAlgorithm, "RSAES_OAEP_SHA_256")
            .with(Field::WrappingKeySpec, "RSA_2048"),
        Operation::Import => request
            .with(Field::ImportToken, blob())
            .with(Field::EncryptedMaterial, vec![0; 256])
            .with(Field::ExpirationModel, "never"),
        Operation::Encrypt => request.with(Field::Plaintext, blob()),
        Operation::GenerateDataKey => request.with(Field::NumberOfBytes, 32),
        Operation::GenerateMac => request
            .with(Field::Message, blob())
            .with(Field::MacAlgorithm, "HMAC_SHA_256"),
        Operation::VerifyMac => request
            .with(Field::Message, blob())
            .with(Field::MacAlgorithm, "HMAC_SHA_256")
            .with(Field::Mac, blob()),
        Operation::Sign => request
            .with(Field::Message, blob())
            .with(Field::SigningAlgorithm, "ECDSA_SHA_256"),
        Operation::Verify => request
            .with(Field::Message, blob())
            .with(Field::SigningAlgorithm, "ECDSA_SHA_256")
            .with(Field::Signature, blob()),
        Operation::CreateGrant => request
            .with(Field::GranteePrincipal, "probe")
            .with(Field::GrantOperations, vec!["Decrypt".to_owned()]),
        Operation::TagKey => {
            let tag = Fields::new().with(Field::TagKey, "probe");
            request.with(Field::Tags, vec![tag.with(Field::TagValue, "probe")])
        }
        Operation::UntagKey => request.with(Field::TagKeys, vec!["probe".to_owned()]),
        Operation::Replicate => request.with(Field::ReplicaRegion, "us-west-2"),
        Operation::UpdateDescription => request.with(Field::Description, "probe"),
        _ => request,
    })
}

/// Features that the target file declares missing although the target has them.
pub(super) fn stale(
    declared: &[Missing],
    probed: &Probed,
    needed: &BTreeSet<Feature>,
) -> Vec<Stale> {
    declared
        .iter()
        .filter(|missing| {
            matches!(missing.feature, Feature::Operation(_))
                && needed.contains(&missing.feature)
                && missing.feature != Feature::Operation(Operation::CreateKey)
                && !probed.absent.contains_key(&missing.feature)
        })
        .map(|missing| Stale {
            what: format!("missing feature {}", missing.feature),
            because: "the target implements it".to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;
    use crate::spec::{Era, Vendor};
    use crate::wire::dialect;

    #[test]
    fn a_declaration_is_stale_if_what_it_says_is_missing_was_needed_and_is_there() {
        let operation = Feature::Operation;
        let declared = [
            operation(Operation::CreateKey),
            operation(Operation::Import),
            operation(Operation::Rotate),
            operation(Operation::Sign),
            Feature::Time,
        ];
        let needed = BTreeSet::from([
            operation(Operation::CreateKey),
            operation(Operation::Import),
            operation(Operation::Rotate),
            Feature::Time,
        ]);
        let probed = Probed {
            invented: None,
            absent: BTreeMap::from([(operation(Operation::Rotate), "says so".to_owned())]),
        };
        let declared = declared.map(|feature| Missing {
            feature,
            reason: String::new(),
        });
        let stale: Vec<String> = stale(&declared, &probed, &needed)
            .into_iter()
            .map(|stale| stale.what)
            .collect();
        assert_eq!(stale, ["missing feature import"]);
    }

    /// A service that falls over what is missing would look as if it lacked the operation.
    #[test]
    fn every_probing_request_has_what_its_operation_requires() {
        let today = Era("2026-11-22".parse().unwrap());
        for &vendor in Vendor::VARIANTS {
            let dialect = dialect(vendor);
            let known = |operation: &&Operation| dialect.operation_name(**operation).is_some();
            for operation in Operation::VARIANTS.iter().filter(known) {
                if let Some(request) = probing_request(*operation) {
                    let message = dialect.encode_request(&request);
                    let read = dialect.decode_request(&message, today);
                    assert!(read.is_ok(), "{vendor}: {operation}: {read:?}");
                }
            }
        }
    }
}
