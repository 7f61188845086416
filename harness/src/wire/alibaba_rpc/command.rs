//! The command line that makes a call again: the vendor's own one, since curl does not sign for Alibaba Cloud.

use super::parameters::Parameters;
use super::signing::{ACTION, is_common};
use super::{FORM_CONTENT, VERSION, encode};
use crate::spec::{Field, Operation, Request};
use crate::wire::shell::quoted;
use crate::wire::{HttpRequest, Signer};

/// What makes the vendor's own clients call a service of ours.
pub(super) fn setup(url: &str, signer: &Signer) -> String {
    let keys = &signer.credentials;
    let create = Request::new(Operation::CreateKey).with(Field::Origin, "external");
    let create = aliyun(&encode::request(&create), url, &signer.region);
    format!(
        "export ALIBABA_CLOUD_ACCESS_KEY_ID={}\n\
         export ALIBABA_CLOUD_ACCESS_KEY_SECRET={}\n\
         export ALIBABA_CLOUD_REGION_ID={}\n\
         {create}\n",
        keys.access_key_id, keys.secret_access_key, signer.region
    )
}

pub(super) fn aliyun(request: &HttpRequest, url: &str, region: &str) -> String {
    // The first signature has the operation beside the parameters, be it in a form; the newer one in a header.
    let query = Parameters::of_query(request);
    let is_form = request.header(ACTION).is_none() && !query.has("Action");
    let parameters = if is_form {
        Parameters::of(request)
    } else {
        query
    };
    let action = request
        .header(ACTION)
        .or_else(|| parameters.value("Action"))
        .unwrap_or_default();
    let (scheme, host) = url.split_once("://").unwrap_or(("https", url));
    let scheme = if scheme == "http" {
        "--insecure"
    } else {
        "--secure"
    };
    let mut words = vec![
        format!("aliyun kms {}", quoted(action)),
        format!("--endpoint {} {scheme}", quoted(host.trim_end_matches('/'))),
        format!("--region {} --version {VERSION} --force", quoted(region)),
    ];
    let own = parameters.iter().filter(|(name, _)| !is_common(name));
    words.extend(own.map(|(name, value)| {
        // What is no name of a parameter is no option either.
        let option: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        format!("--{option} {}", quoted(value))
    }));
    if !is_form && !request.body.is_empty() {
        let body = String::from_utf8_lossy(&request.body);
        let kind = request.header("content-type").unwrap_or(FORM_CONTENT);
        let kind = quoted(&format!("Content-Type={kind}"));
        words.push(format!("--header {kind} --body {}", quoted(&body)));
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{HOST, now, signer};
    use crate::spec::{Field, Operation, Request};
    use crate::wire::alibaba_rpc::AlibabaRpc;
    use crate::wire::{Dialect, ParameterPlace, SignatureVersion};

    #[test]
    fn the_vendors_command_takes_secrets_from_the_shell() {
        let request = Request::new(Operation::Import)
            .with(Field::KeyId, "it's")
            .with(Field::ImportToken, b"token".to_vec())
            .with(Field::ExpirationModel, "never");
        for version in [SignatureVersion::V1, SignatureVersion::V3] {
            let message = AlibabaRpc.encode_request(&request);
            let message = AlibabaRpc.sign(message, HOST, &signer(version, Some("session")), now());
            assert_eq!(
                AlibabaRpc.command(&message, "http://127.0.0.1:4566/", "cn-hangzhou"),
                "aliyun kms 'ImportKeyMaterial' --endpoint '127.0.0.1:4566' --insecure \
                 --region 'cn-hangzhou' --version 2016-01-20 --force \
                 --KeyId 'it'\\''s' --ImportToken ''\"$IMPORT_TOKEN\"'' --KeyMaterialExpireUnix '0'"
            );
        }
    }

    #[test]
    fn what_stood_in_a_form_is_called_again_all_the_same() {
        let request = Request::new(Operation::DescribeKey).with(Field::KeyId, "k");
        for (version, rest) in [
            (SignatureVersion::V1, "--KeyId 'k'"),
            (
                SignatureVersion::V3,
                "--header 'Content-Type=application/x-www-form-urlencoded' --body 'KeyId=k'",
            ),
        ] {
            let mut signer = signer(version, None);
            signer.manner.parameters = ParameterPlace::Form;
            let message = AlibabaRpc.encode_request(&request);
            let message = AlibabaRpc.sign(message, HOST, &signer, now());
            let command = AlibabaRpc.command(&message, "https://127.0.0.1/", "cn-hangzhou");
            let begin = "aliyun kms 'DescribeKey' --endpoint '127.0.0.1' --secure \
                 --region 'cn-hangzhou' --version 2016-01-20 --force ";
            assert_eq!(command, format!("{begin}{rest}"));
        }
    }
}
