use jiff::Timestamp;

use crate::spec::{Fault, Field, Operation, Request};
use crate::wire::alibaba_rpc::AlibabaRpc;
use crate::wire::{Dialect, HttpRequest, Method, NEWEST, SignatureVersion};

fn get(target: &str) -> HttpRequest {
    HttpRequest {
        method: Method::Get,
        target: target.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
    }
}

#[track_caller]
fn check(parameters: &str, expected: Result<Request, (Fault, &str)>) {
    let read = AlibabaRpc.decode_request(&get(&format!("/?{parameters}")), NEWEST);
    let parameter = read.as_ref().map_err(|found| {
        found
            .variables
            .value("parameter")
            .unwrap_or_default()
            .to_owned()
    });
    let parameter = parameter.err().unwrap_or_default();
    let read = read.map_err(|found| (found.fault, parameter.as_str()));
    assert_eq!(read, expected, "{parameters}");
}

fn import() -> Request {
    Request::new(Operation::Import)
        .with(Field::EncryptedMaterial, b"material".to_vec())
        .with(Field::ImportToken, b"token".to_vec())
}

const IMPORT: &str = "Action=ImportKeyMaterial&Version=2016-01-20\
    &EncryptedKeyMaterial=bWF0ZXJpYWw%3D&ImportToken=dG9rZW4%3D";

/// The example of the vendor's own page, apart from its placeholders.
#[test]
fn the_documented_call_is_understood() {
    let moment: Timestamp = "2018-02-11T00:00:00Z".parse().unwrap();
    check(
        &format!("{IMPORT}&KeyMaterialExpireUnix=1518307200"),
        Ok(import().with(Field::ValidTo, moment)),
    );
}

#[test]
fn no_expiry_and_zero_are_told_apart() {
    check(IMPORT, Ok(import()));
    check(
        &format!("{IMPORT}&KeyMaterialExpireUnix=0"),
        Ok(import().with(Field::ExpirationModel, "never")),
    );
    check(&format!("{IMPORT}&KeyMaterialExpireUnix="), Ok(import()));
}

#[test]
fn a_parameter_of_the_wrong_form_is_named() {
    for parameter in [
        "KeyMaterialExpireUnix=tomorrow",
        "KeyMaterialExpireUnix=99999999999999",
        "KeyMaterialExpireUnix=1.5",
        "Format=YAML",
    ] {
        let name = parameter.split('=').next().unwrap();
        check(
            &format!("{IMPORT}&{parameter}"),
            Err((Fault::Constraint, name)),
        );
    }
    let parameters =
        "Action=GetParametersForImport&Version=2016-01-20&KeyId=k&WrappingKeySpec=RSA_2048";
    check(
        &format!("{parameters}&WrappingAlgorithm=RSA_AES_KEY_WRAP_SHA_256"),
        Err((Fault::Constraint, "WrappingAlgorithm")),
    );
    let create = "Action=CreateKey&Version=2016-01-20";
    check(
        &format!("{create}&Origin=external"),
        Err((Fault::Constraint, "Origin")),
    );
    check(
        "Action=CreateKey&Version=2015-01-01",
        Err((Fault::Constraint, "Version")),
    );
    for tags in ["%7B%7D", "%5B1%5D", "x"] {
        check(
            &format!("{create}&Tags={tags}"),
            Err((Fault::Constraint, "Tags")),
        );
    }
}

#[test]
fn a_plus_sign_that_nobody_encoded_is_no_base64() {
    let blob = "Action=Decrypt&Version=2016-01-20&CiphertextBlob=";
    check(
        &format!("{blob}%2B%2F%2B%2F"),
        Ok(Request::new(Operation::Decrypt).with(Field::Ciphertext, vec![0xfb, 0xff, 0xbf])),
    );
    check(
        &format!("{blob}+/+/"),
        Err((Fault::Constraint, "CiphertextBlob")),
    );
}

#[test]
fn an_absent_parameter_is_named() {
    for (parameters, name) in [
        ("", "Action"),
        ("Action=&Version=2016-01-20", "Action"),
        ("Action=CreateKey", "Version"),
        ("Action=DescribeKey&Version=2016-01-20", "KeyId"),
        ("Action=DescribeKey&Version=2016-01-20&KeyId=", "KeyId"),
        (
            "Action=ImportKeyMaterial&Version=2016-01-20&EncryptedKeyMaterial=AQ%3D%3D",
            "ImportToken",
        ),
    ] {
        check(parameters, Err((Fault::MemberMissing, name)));
    }
}

#[test]
fn what_is_not_a_known_call_is_an_unknown_operation() {
    let put = HttpRequest {
        method: Method::Put,
        ..get("/?Action=ListKeys&Version=2016-01-20")
    };
    for request in [
        put,
        get("/keys?Action=ListKeys&Version=2016-01-20"),
        get("/?Action=listkeys&Version=2016-01-20"),
        get(
            "/?Action=UpdateRotationPolicy&Version=2016-01-20&KeyId=k&EnableAutomaticRotation=maybe",
        ),
        AlibabaRpc.invented_request(),
        AlibabaRpc.encode_request(&Request::new(Operation::GenerateMac)),
    ] {
        let found = AlibabaRpc.decode_request(&request, NEWEST).unwrap_err();
        assert_eq!(found.fault, Fault::OperationUnknown, "{request:?}");
    }
}

#[test]
fn operations_that_share_a_name_are_told_by_their_parameter() {
    for (flag, operation) in [
        ("true", Operation::EnableRotation),
        ("false", Operation::DisableRotation),
    ] {
        let parameters = format!(
            "Action=UpdateRotationPolicy&Version=2016-01-20&KeyId=k&EnableAutomaticRotation={flag}"
        );
        check(
            &parameters,
            Ok(Request::new(operation).with(Field::KeyId, "k")),
        );
    }
}

#[test]
fn a_call_names_no_region_and_is_told_by_its_action() {
    let message = AlibabaRpc.encode_request(&import());
    assert_eq!(AlibabaRpc.region(&message), None);
    let telling = AlibabaRpc.telling_headers();
    assert!(telling.contains(&"content-type") && telling.contains(&"x-acs-action"));
}

#[test]
fn unknown_parameters_are_ignored() {
    check(
        "Action=EnableKey&Version=2016-01-20&KeyId=k&DryRun=false&RegionId=cn-hangzhou&Colour=red",
        Ok(Request::new(Operation::EnableKey).with(Field::KeyId, "k")),
    );
}

#[test]
fn a_shell_is_told_all_that_a_client_needs() {
    let signer = super::signer(SignatureVersion::V3, None);
    let lines = AlibabaRpc.client_setup("http://127.0.0.1:1", &signer);
    for word in [
        "export ALIBABA_CLOUD_ACCESS_KEY_ID=LTAIexample\n",
        "export ALIBABA_CLOUD_ACCESS_KEY_SECRET=secret-of-the-example\n",
        "export ALIBABA_CLOUD_REGION_ID=cn-hangzhou\n",
        "aliyun kms 'CreateKey'",
        "127.0.0.1:1",
    ] {
        assert!(lines.contains(word), "{lines}");
    }
}

#[test]
fn a_value_is_spelt_in_the_words_of_the_vendor() {
    assert_eq!(AlibabaRpc.spell(Field::Origin, "external"), "EXTERNAL");
    assert_eq!(AlibabaRpc.spell(Field::Description, "external"), "external");
}
