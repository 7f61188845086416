//! What makes AWS's own clients call a service of ours.

use crate::wire::Signer;

pub(super) fn lines(url: &str, signer: &Signer) -> String {
    let keys = &signer.credentials;
    format!(
        "export AWS_ENDPOINT_URL_KMS={url}\n\
         export AWS_ACCESS_KEY_ID={}\n\
         export AWS_SECRET_ACCESS_KEY={}\n\
         export AWS_REGION={}\n\
         aws kms create-key --origin EXTERNAL\n",
        keys.access_key_id, keys.secret_access_key, signer.region
    )
}
