//! Key material: how a scenario describes it, and how that is read.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;
use toml::de::DeValue;

use super::reader::{Reader, number, one_of, wrong};
use super::step::Name;
use super::suite::ScenarioError;
use crate::spec::{KeyFamily, KeySpec};
use crate::wrapping::{FormOf, MaterialForm, MaterialKind, RSA_KEYS};

/// Key material, derived from the run's seed and a name; no bytes of it stand in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Material {
    /// What it is derived from together with the seed: its own name, or that of the material that it is another
    /// form of.
    pub root: String,
    /// What it is.
    pub kind: MaterialKind,
    /// How a private key is written down; raw bytes have only one form.
    pub form: MaterialForm,
}

pub(super) fn read_materials(
    reader: Option<Reader<'_>>,
) -> Result<BTreeMap<String, Material>, ScenarioError> {
    let Some(mut reader) = reader else {
        return Ok(BTreeMap::new());
    };
    let mut roots = BTreeMap::new();
    let mut others = Vec::new();
    for (name, value) in reader.rest() {
        let mut reader = Reader::of("a material", value)?;
        match reader.text("of")? {
            Some(root) => others.push((name, root, reader)),
            None => {
                roots.insert(name.text.clone(), read_root(name.text, reader)?);
            }
        }
    }
    let mut materials = roots.clone();
    for (name, root, mut reader) in others {
        let message = "`of` names a material with rsa or ec of this file";
        let root = roots.get(&root.text).filter(|root| root.is_private_key());
        let kind = root.ok_or_else(|| wrong(&name.span, message))?.clone();
        let form = read_form(&mut reader, kind.kind)?;
        reader.finish()?;
        materials.insert(name.text, Material { form, ..kind });
    }
    check_rsa_keys(&materials, &reader)?;
    Ok(materials)
}

fn read_root(root: String, mut reader: Reader<'_>) -> Result<Material, ScenarioError> {
    let span = reader.span();
    let (bytes, zeros) = (reader.take("bytes"), reader.take("zeros"));
    let (rsa, ec) = (reader.take("rsa"), reader.text("ec")?);
    let kind = match (bytes, zeros, rsa, ec) {
        (Some(bytes), None, None, None) => MaterialKind::Bytes(length("bytes", &bytes)?),
        (None, Some(zeros), None, None) => MaterialKind::Zeros(length("zeros", &zeros)?),
        (None, None, Some(bits), None) => MaterialKind::Rsa(modulus_bits(&bits)?),
        (None, None, None, Some(curve)) => MaterialKind::Ec(curve_of(&curve)?),
        _ => {
            let message =
                "a material is one of bytes = N, zeros = N, rsa = BITS, ec = CURVE, of = MATERIAL";
            return Err(wrong(&span, message));
        }
    };
    let form = read_form(&mut reader, kind)?;
    reader.finish()?;
    Ok(Material { root, kind, form })
}

fn length(key: &'static str, value: &Spanned<DeValue<'_>>) -> Result<usize, ScenarioError> {
    usize::try_from(number(key, value)?)
        .map_err(|_| wrong(&value.span(), "material cannot have less than no bytes"))
}

fn modulus_bits(value: &Spanned<DeValue<'_>>) -> Result<usize, ScenarioError> {
    match number("rsa", value)? {
        2048 => Ok(2048),
        3072 => Ok(3072),
        4096 => Ok(4096),
        _ => Err(wrong(&value.span(), "`rsa` is 2048, 3072 or 4096 bits")),
    }
}

fn curve_of(name: &Name) -> Result<KeySpec, ScenarioError> {
    let spec: KeySpec = one_of("curve", name)?;
    if spec.family() == KeyFamily::Ecc {
        return Ok(spec);
    }
    Err(wrong(
        &name.span,
        format!("{spec} has no curve; name an elliptic-curve spec such as ECC_NIST_P256"),
    ))
}

fn read_form(reader: &mut Reader<'_>, kind: MaterialKind) -> Result<MaterialForm, ScenarioError> {
    let Some(name) = reader.text("form")? else {
        return Ok(MaterialForm::default());
    };
    let form: MaterialForm = one_of("form", &name)?;
    let exists = match kind {
        MaterialKind::Bytes(_) | MaterialKind::Zeros(_) => false,
        MaterialKind::Rsa(_) => form.of() != FormOf::Ec,
        MaterialKind::Ec(_) => form.of() != FormOf::Rsa,
    };
    if exists {
        return Ok(form);
    }
    Err(wrong(
        &name.span,
        format!("material of this kind has no form `{form}`"),
    ))
}

/// RSA keys come from a small stock, and two names must never mean the same key.
fn check_rsa_keys(
    materials: &BTreeMap<String, Material>,
    reader: &Reader<'_>,
) -> Result<(), ScenarioError> {
    let mut by_size: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for material in materials.values() {
        if let MaterialKind::Rsa(bits) = material.kind {
            by_size.entry(bits).or_default().insert(&material.root);
        }
    }
    if by_size.values().all(|roots| roots.len() as u64 <= RSA_KEYS) {
        return Ok(());
    }
    let message = format!("a scenario has at most {RSA_KEYS} RSA keys of one size");
    Err(wrong(&reader.span(), message))
}

impl Material {
    /// Whether this is an RSA or elliptic-curve key.
    #[must_use]
    pub fn is_private_key(&self) -> bool {
        matches!(self.kind, MaterialKind::Rsa(_) | MaterialKind::Ec(_))
    }
}
