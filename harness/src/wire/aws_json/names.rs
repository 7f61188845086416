//! Names of enum values.

use crate::spec::Field;
use crate::wire::names::{Names, Row};

/// Our names and those of AWS KMS.
pub(in crate::wire) static NAMES: Names = Names(&[
    (
        Field::Origin,
        &[("service", "AWS_KMS"), ("external", "EXTERNAL")],
    ),
    (Field::Spec, SYMMETRIC),
    (Field::DeprecatedSpec, SYMMETRIC),
    (Field::EncryptionAlgorithm, SYMMETRIC),
    (Field::EncryptionAlgorithms, SYMMETRIC),
    (
        Field::Usage,
        &[
            ("encrypt-decrypt", "ENCRYPT_DECRYPT"),
            ("sign-verify", "SIGN_VERIFY"),
            ("generate-verify-mac", "GENERATE_VERIFY_MAC"),
            ("key-agreement", "KEY_AGREEMENT"),
        ],
    ),
    (
        Field::State,
        &[
            ("enabled", "Enabled"),
            ("disabled", "Disabled"),
            ("pending-import", "PendingImport"),
            ("pending-deletion", "PendingDeletion"),
            ("pending-replica-deletion", "PendingReplicaDeletion"),
            ("creating", "Creating"),
            ("updating", "Updating"),
        ],
    ),
    (
        Field::ExpirationModel,
        &[
            ("expires", "KEY_MATERIAL_EXPIRES"),
            ("never", "KEY_MATERIAL_DOES_NOT_EXPIRE"),
        ],
    ),
    (
        Field::ImportType,
        &[
            ("new", "NEW_KEY_MATERIAL"),
            ("existing", "EXISTING_KEY_MATERIAL"),
        ],
    ),
    (
        Field::IncludeMaterial,
        &[("all", "ALL_KEY_MATERIAL"), ("rotations", "ROTATIONS_ONLY")],
    ),
    (
        Field::ImportState,
        &[
            ("imported", "IMPORTED"),
            ("pending-import", "PENDING_IMPORT"),
        ],
    ),
    (
        Field::MaterialState,
        &[
            ("current", "CURRENT"),
            ("non-current", "NON_CURRENT"),
            ("pending-rotation", "PENDING_ROTATION"),
            (
                "pending-multi-region-import-and-rotation",
                "PENDING_MULTI_REGION_IMPORT_AND_ROTATION",
            ),
        ],
    ),
    (
        Field::MultiRegionType,
        &[("primary", "PRIMARY"), ("replica", "REPLICA")],
    ),
    (
        Field::RotationType,
        &[("on-demand", "ON_DEMAND"), ("automatic", "AUTOMATIC")],
    ),
    (
        Field::KeyManager,
        &[("service", "AWS"), ("customer", "CUSTOMER")],
    ),
    (Field::MessageType, &[("raw", "RAW"), ("digest", "DIGEST")]),
]);

const SYMMETRIC: &[Row] = &[("symmetric", "SYMMETRIC_DEFAULT")];

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::NAMES;
    use crate::spec::{
        ExpirationModel, Field, ImportState, ImportType, KeyUsage, MaterialState, MultiRegionType,
        Origin, RotationType,
    };

    #[test]
    fn every_neutral_word_has_a_name_at_the_vendor() {
        fn check<T: VariantArray + ToString>(field: Field) {
            for word in T::VARIANTS {
                let word = word.to_string();
                assert_ne!(NAMES.to_vendor(field, &word), word, "{field}");
            }
        }
        check::<Origin>(Field::Origin);
        check::<KeyUsage>(Field::Usage);
        check::<ExpirationModel>(Field::ExpirationModel);
        check::<ImportType>(Field::ImportType);
        check::<ImportState>(Field::ImportState);
        check::<MaterialState>(Field::MaterialState);
        check::<MultiRegionType>(Field::MultiRegionType);
        check::<RotationType>(Field::RotationType);
    }
}
