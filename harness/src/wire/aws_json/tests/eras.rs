//! What a service of one day does not know yet.

use jiff::civil::{Date, date};

use super::envelope;
use crate::spec::{Era, Fault, Field, Fields, Operation, Request};
use crate::wire::aws_json::AwsJson;
use crate::wire::{Dialect, Envelope};

/// What the service of a day makes of a call, or the text of its refusal.
fn read(request: &Request, day: Date) -> Result<Fields, String> {
    let message = AwsJson.encode_request(request);
    match AwsJson.decode_request(&message, Era(day)) {
        Ok(read) => Ok(read.fields),
        Err(refused) => {
            let text = refused.variables.value("violations").map(str::to_owned);
            Err(text.unwrap_or_else(|| refused.fault.to_string()))
        }
    }
}

fn written(operation: Operation, fields: &Fields, day: Date) -> String {
    let envelope = Envelope {
        era: Era(day),
        ..envelope()
    };
    let reply = AwsJson.encode_accepted(operation, fields, &envelope);
    String::from_utf8(reply.body).expect("this is text")
}

#[test]
fn a_member_of_later_days_is_ignored() {
    let create = Request::new(Operation::CreateKey)
        .with(Field::Origin, "external")
        .with(Field::Spec, "HMAC_256");
    let old = Fields::new().with(Field::Origin, "external");
    assert_eq!(read(&create, date(2018, 6, 1)), Ok(old));
    assert_eq!(read(&create, date(2023, 6, 1)), Ok(create.fields.clone()));
}

#[test]
fn a_set_of_names_has_those_of_the_day() {
    let parameters = Request::new(Operation::GetParameters)
        .with(Field::KeyId, "k")
        .with(Field::WrappingAlgorithm, "RSAES_OAEP_SHA_1")
        .with(Field::WrappingKeySpec, "RSA_4096");
    let old = "1 validation error detected: Value 'RSA_4096' at 'wrappingKeySpec' failed to satisfy constraint: \
               Member must satisfy enum value set: [RSA_2048]";
    assert_eq!(read(&parameters, date(2023, 5, 31)), Err(old.to_owned()));
    assert_eq!(
        read(&parameters, date(2023, 6, 1)),
        Ok(parameters.fields.clone())
    );
}

#[test]
fn an_operation_of_later_days_is_unknown() {
    let rotate = Request::new(Operation::Rotate).with(Field::KeyId, "k");
    let unknown = Fault::OperationUnknown.to_string();
    assert_eq!(read(&rotate, date(2024, 4, 11)), Err(unknown));
    assert_eq!(read(&rotate, date(2024, 4, 12)), Ok(rotate.fields.clone()));
}

#[test]
fn answers_about_material_were_empty_at_first() {
    let fields = Fields::new()
        .with(Field::KeyId, "k")
        .with(Field::MaterialId, "m");
    for (operation, old) in [(Operation::Import, "{}"), (Operation::DeleteMaterial, "")] {
        assert_eq!(written(operation, &fields, date(2025, 5, 31)), old);
        assert_eq!(
            written(operation, &fields, date(2025, 6, 1)),
            r#"{"KeyId":"k","KeyMaterialId":"m"}"#
        );
    }
}
