//! The command line that makes a call again: curl signs by itself.

use super::signing::{SERVICE, SESSION_TOKEN};
use crate::wire::HttpRequest;
use crate::wire::shell::quoted;

/// The account's keys stand as the shell variables that AWS users have.
pub(super) fn curl(request: HttpRequest, url: &str, region: &str) -> String {
    let signature = quoted(&format!("aws:amz:{region}:{SERVICE}"));
    let mut words = vec![
        format!("curl -sS {}", quoted(url)),
        format!("--aws-sigv4 {signature}"),
        r#"--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY""#.to_owned(),
        format!(r#"${{AWS_SESSION_TOKEN:+-H "{SESSION_TOKEN}: $AWS_SESSION_TOKEN"}}"#),
    ];
    for name in ["content-type", "x-amz-target"] {
        if let Some(value) = request.header(name) {
            words.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
        }
    }
    words.push(format!(
        "-d {}",
        quoted(&String::from_utf8_lossy(&request.body))
    ));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use crate::spec::{Field, Operation, Request};
    use crate::wire::Dialect;
    use crate::wire::aws_json::AwsJson;

    #[test]
    fn curl_takes_keys_and_secrets_from_the_shell() {
        let request = Request::new(Operation::Import)
            .with(Field::KeyId, "it's")
            .with(Field::ImportToken, b"token".to_vec());
        let message = AwsJson.encode_request(&request);
        assert_eq!(
            AwsJson.command(&message, "http://127.0.0.1:4566", "eu-central-1"),
            "curl -sS 'http://127.0.0.1:4566' --aws-sigv4 'aws:amz:eu-central-1:kms' \
             --user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\" \
             ${AWS_SESSION_TOKEN:+-H \"x-amz-security-token: $AWS_SESSION_TOKEN\"} \
             -H 'content-type: application/x-amz-json-1.1' -H 'x-amz-target: TrentService.ImportKeyMaterial' \
             -d '{\"ImportToken\":\"'\"$IMPORT_TOKEN\"'\",\"KeyId\":\"it'\\''s\"}'"
        );
    }
}
