//! Signatures: what is signed cannot be changed, and no header brings the reader down.

use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use jiff::Timestamp;

use super::TODAY;
use super::edit::edited;
use crate::spec::{Field, Operation, Request, Vendor};
use crate::wire::{Credentials, HttpRequest, SignatureVersion, Signer, dialect};

/// A request with the signature of AWS, changed in a few places.
pub fn aws_signature(data: &[u8]) {
    signature(&AWS, data);
}

/// A request with one of the signatures of Alibaba Cloud, changed in a few places; the first byte chooses which.
pub fn alibaba_signature(data: &[u8]) {
    if let Some((choice, data)) = data.split_first() {
        signature(&ALIBABA[usize::from(choice % 2)], data);
    }
}

/// A request that was signed.
struct Signed {
    vendor: Vendor,
    signer: Signer,
    request: HttpRequest,
}

static AWS: LazyLock<Signed> =
    LazyLock::new(|| Signed::new(Vendor::Aws, SignatureVersion::default()));
static ALIBABA: LazyLock<[Signed; 2]> = LazyLock::new(|| {
    [SignatureVersion::V1, SignatureVersion::V3].map(|it| Signed::new(Vendor::Alibaba, it))
});

const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

impl Signed {
    fn new(vendor: Vendor, version: SignatureVersion) -> Self {
        let credentials = Credentials {
            access_key_id: "AKIDFUZZ".to_owned(),
            secret_access_key: "secret".to_owned(),
            session_token: None,
        };
        let mut signer = Signer::new(credentials, "eu-west-1");
        signer.manner.signature = version;
        let call = Request::new(Operation::DescribeKey).with(Field::KeyId, "k");
        let dialect = dialect(vendor);
        let request = dialect.sign(dialect.encode_request(&call), "kms.test", &signer, NOW);
        Self {
            vendor,
            signer,
            request,
        }
    }
}

/// Whatever still passes for signed means what was signed, or nothing.
fn signature(signed: &Signed, data: &[u8]) {
    let Ok(request) = changed(&signed.request, &mut Unstructured::new(data)) else {
        return;
    };
    let dialect = dialect(signed.vendor);
    let is_accepted = dialect.authenticate(&request, &signed.signer, NOW).is_ok();
    if is_accepted && let Ok(meant) = dialect.decode_request(&request, TODAY) {
        let signed = dialect.decode_request(&signed.request, TODAY);
        assert_eq!(Ok(meant), signed, "another request passes for signed");
    }
}

/// Some parts replaced by whatever the fuzzer says, some edited.
fn changed(signed: &HttpRequest, input: &mut Unstructured<'_>) -> Result<HttpRequest> {
    let mut request = signed.clone();
    for _ in 0..input.int_in_range(0..=3)? {
        let place = input.int_in_range(0..=request.headers.len() + 2)?;
        if let Some((_, value)) = request.headers.get_mut(place) {
            *value = any_text(value, input)?;
        } else if place == request.headers.len() {
            request.target = any_text(&request.target, input)?;
        } else if place == request.headers.len() + 1 {
            request.body = edited(&request.body, input)?;
        } else {
            let name = any_text("x-amz-date", input)?.to_ascii_lowercase();
            let value = any_text("", input)?;
            request.headers.push((name, value));
        }
    }
    Ok(request)
}

fn any_text(original: &str, input: &mut Unstructured<'_>) -> Result<String> {
    if input.arbitrary()? {
        return Ok(input.arbitrary::<&str>()?.to_owned());
    }
    let bytes = edited(original.as_bytes(), input)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
