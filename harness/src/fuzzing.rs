//! Bodies of the fuzz targets: plain functions of bytes that panic when a promise is broken.
//!
//! Knows no fuzzer; `fuzz/` hands the bytes over, and tests replay what fuzzers found.

use jiff::civil::Date;
use strum::VariantArray;

use crate::scenario::{Source, Suite};
use crate::spec::{Era, Operation, Reply, Vendor};
use crate::wire::{HttpReply, HttpRequest, Method, dialect};

/// The day of the service that reads: it knows all that we know.
const TODAY: Era = Era(Date::MAX);

/// A body that a hostile client sends: it is read or refused, and what was read survives another round trip.
pub fn aws_request(data: &[u8]) {
    let Some((choice, body)) = data.split_first() else {
        return;
    };
    let dialect = dialect(Vendor::Aws);
    let operation = Operation::VARIANTS[usize::from(*choice) % Operation::VARIANTS.len()];
    let name = dialect.operation_name(operation).unwrap_or("ListKeys");
    let request = HttpRequest {
        method: Method::Post,
        target: "/".to_owned(),
        headers: vec![
            (
                "content-type".to_owned(),
                "application/x-amz-json-1.1".to_owned(),
            ),
            ("x-amz-target".to_owned(), format!("TrentService.{name}")),
        ],
        body: body.to_vec(),
    };
    if let Ok(read) = dialect.decode_request(&request, TODAY) {
        let again = dialect.decode_request(&dialect.encode_request(&read), TODAY);
        assert_eq!(
            again,
            Ok(read),
            "a request that was read can be written and read again"
        );
    }
}

/// An answer that a hostile service gives: it means something or nothing, and never ends the harness.
pub fn aws_reply(data: &[u8]) {
    let [choice, status, body @ ..] = data else {
        return;
    };
    let operation = Operation::VARIANTS[usize::from(*choice) % Operation::VARIANTS.len()];
    let status = [200, 400, 403, 500, 501, 302][usize::from(*status) % 6];
    let reply = HttpReply {
        status,
        headers: Vec::new(),
        body: body.to_vec(),
    };
    let read = dialect(Vendor::Aws).decode_reply(operation, &reply);
    if status >= 500 {
        let accused = matches!(read, Reply::Accepted(_) | Reply::Refused(_));
        assert!(!accused, "a server failure is neither success nor refusal");
    }
}

/// A scenario file: it is read, or the first mistake has a place in it.
pub fn scenario(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let source = Source {
        file: "scenarios/aws/fuzz.toml".to_owned(),
        text: text.to_owned(),
    };
    if let Err(errors) = Suite::parse(vec![source]) {
        for error in errors {
            let lines = text.split('\n').count();
            assert!(
                error.place.line <= lines,
                "a mistake stands inside the file"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{aws_reply, aws_request, scenario};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_bytes_break_a_promise(data in prop::collection::vec(any::<u8>(), 0..200)) {
            aws_request(&data);
            aws_reply(&data);
            scenario(&data);
        }

        #[test]
        fn no_text_breaks_a_promise(text in "(title|step|rules|do|=|\\[|\\]|\"|\\n|\\$|[a-z0-9 .])*") {
            scenario(text.as_bytes());
        }

        #[test]
        fn no_json_breaks_a_promise(
            choice in any::<u8>(),
            text in r#"\{("(KeyId|ValidTo|ImportToken|Plaintext|Tags)":("[a-zA-Z=]*"|-?[0-9]{1,20}(\.[0-9]+)?(E[0-9]{1,4})?|null|\[\]|\{\}),?)*\}"#,
        ) {
            let mut data = vec![choice];
            data.extend(text.as_bytes());
            aws_request(&data);
            data.insert(1, 0);
            aws_reply(&data);
        }
    }
}
