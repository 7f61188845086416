//! Names of enum values, both ways. A name without a row travels as it stands: the vendors agree on most of them.

use std::borrow::Cow;

use crate::spec::{Field, Fields, Value};

/// The vendor's name for a neutral one.
pub(super) fn to_vendor(field: Field, neutral: &str) -> &str {
    row(field, |(ours, _)| *ours == neutral).map_or(neutral, |(_, theirs)| theirs)
}

/// The neutral name for the vendor's.
///
/// A service that says one of our own words has not said the vendor's: it comes back in quotation marks, so that
/// nothing takes it for the right one.
pub(super) fn to_neutral(field: Field, vendor: &str) -> Cow<'_, str> {
    if let Some((ours, _)) = row(field, |(_, theirs)| *theirs == vendor) {
        return Cow::Borrowed(ours);
    }
    match row(field, |(ours, _)| *ours == vendor) {
        Some(_) => Cow::Owned(format!("{vendor:?}")),
        None => Cow::Borrowed(vendor),
    }
}

/// Replaces every name in `fields` by its neutral one, also in the records of its lists.
pub(super) fn neutralise(fields: &mut Fields) {
    for (field, _) in TABLE {
        match fields.value(*field) {
            Some(Value::Text(name)) => {
                let neutral = to_neutral(*field, name).into_owned();
                fields.set(*field, neutral);
            }
            Some(Value::Names(names)) => {
                let neutral: Vec<String> = names
                    .iter()
                    .map(|name| to_neutral(*field, name).into_owned())
                    .collect();
                fields.set(*field, neutral);
            }
            _ => {}
        }
    }
    for list in LISTS {
        let mut records = fields.records(*list).to_vec();
        if !records.is_empty() {
            records.iter_mut().for_each(neutralise);
            fields.set(*list, records);
        }
    }
}

/// Lists whose records hold names of enum values.
const LISTS: &[Field] = &[Field::Rotations];

type Row = (&'static str, &'static str);

fn row(field: Field, is_meant: impl Fn(&Row) -> bool) -> Option<Row> {
    let (_, rows) = TABLE.iter().find(|(known, _)| *known == field)?;
    rows.iter().copied().find(is_meant)
}

const TABLE: &[(Field, &[Row])] = &[
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
        ],
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
];

const SYMMETRIC: &[Row] = &[("symmetric", "SYMMETRIC_DEFAULT")];

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::{TABLE, to_neutral, to_vendor};
    use crate::spec::{
        ExpirationModel, Field, ImportState, ImportType, KeyState, KeyUsage, MaterialState, Origin,
        RotationType,
    };

    #[test]
    fn every_row_is_read_both_ways() {
        for (field, rows) in TABLE {
            for (ours, theirs) in *rows {
                assert_eq!(to_vendor(*field, ours), *theirs);
                assert_eq!(to_neutral(*field, theirs), *ours);
            }
        }
    }

    #[test]
    fn every_neutral_word_has_a_name_at_the_vendor() {
        fn check<T: VariantArray + ToString>(field: Field) {
            for word in T::VARIANTS {
                let word = word.to_string();
                assert_ne!(to_vendor(field, &word), word, "{field}");
            }
        }
        check::<Origin>(Field::Origin);
        check::<KeyUsage>(Field::Usage);
        check::<KeyState>(Field::State);
        check::<ExpirationModel>(Field::ExpirationModel);
        check::<ImportType>(Field::ImportType);
        check::<ImportState>(Field::ImportState);
        check::<MaterialState>(Field::MaterialState);
        check::<RotationType>(Field::RotationType);
    }

    #[test]
    fn an_unlisted_name_travels_as_it_stands() {
        assert_eq!(to_vendor(Field::Origin, "AWS_CLOUDHSM"), "AWS_CLOUDHSM");
        assert_eq!(to_neutral(Field::Origin, "AWS_CLOUDHSM"), "AWS_CLOUDHSM");
        assert_eq!(to_vendor(Field::Description, "external"), "external");
    }

    #[test]
    fn our_own_word_on_the_wire_does_not_pass_for_the_vendors() {
        assert_eq!(
            to_neutral(Field::State, "pending-import"),
            "\"pending-import\""
        );
    }
}
