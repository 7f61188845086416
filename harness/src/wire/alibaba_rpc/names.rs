//! Names of enum values.

use crate::spec::Field;
use crate::wire::names::Names;

/// Our names and those of Alibaba Cloud KMS.
pub(in crate::wire) static NAMES: Names = Names(&[
    (
        Field::Origin,
        &[("service", "Aliyun_KMS"), ("external", "EXTERNAL")],
    ),
    (
        Field::Spec,
        &[
            ("symmetric", "Aliyun_AES_256"),
            ("SM4", "Aliyun_SM4"),
            ("SM4", "Aliyun_SM4"),
            ("ECC_NIST_P256", "EC_P256"),
            ("ECC_SECG_P256K1", "EC_P256K"),
        ],
    ),
    (
        Field::Usage,
        &[
            ("encrypt-decrypt", "ENCRYPT/DECRYPT"),
            ("sign-verify", "SIGN/VERIFY"),
        ],
    ),
    (
        Field::State,
        &[
            ("enabled", "Enabled"),
            ("disabled", "Disabled"),
            ("pending-import", "PendingImport"),
            ("pending-deletion", "PendingDeletion"),
        ],
    ),
]);
