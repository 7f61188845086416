//! How material comes and goes: parameters, import, expiry, deletion of material.

use jiff::{SignedDuration, Timestamp};

use crate::spec::{
    Edition, ExpirationModel, Fault, Field, Fields, MaterialId, Origin, Tokens, WrappingAlgorithm,
};

use super::key::{Key, Parameters};
use super::kms::Call;
use super::objections::{About, Judged, Objection, Objections};
use super::{Facts, MaterialFact, TokenFact};

/// How far over a bound of the expiry a date may be before the sources are sure that it is refused: neither what
/// the longest validity is counted from is written down, nor how a date within the clock skew is treated.
const BLURRED: SignedDuration = SignedDuration::from_mins(5);

impl<'a> Call<'a> {
    pub(super) fn parameters(self) -> Judged<'a> {
        let key = self.key_for_material()?;
        let about = About::Key(key);
        let mut objections = self.state(key);
        let fields = &self.request.fields;
        if !fields.has(Field::WrappingAlgorithm) || !fields.has(Field::WrappingKeySpec) {
            objections.certain(Fault::Constraint, about);
            return Ok(objections);
        }
        let edition = &self.kms.edition;
        let algorithm: Option<WrappingAlgorithm> = fields.name(Field::WrappingAlgorithm);
        // Which code a withdrawn algorithm gets was never recorded; that it is an unsupported combination of
        // algorithm and key is true as well, so both are permitted.
        if algorithm.is_some_and(|algorithm| edition.retired_wrapping.contains(&algorithm)) {
            objections.certain(Fault::WrappingRetired, about);
        }
        let carried = algorithm
            .zip(fields.name(Field::WrappingKeySpec))
            .is_some_and(|(algorithm, wrapping)| edition.carries(key.spec, algorithm, wrapping));
        if !carried {
            objections.certain(Fault::WrappingUnsupported, about);
        }
        Ok(objections)
    }

    pub(super) fn import(self) -> Judged<'a> {
        if self.request.key().is_none() {
            return Err(Objection::certain(Fault::MemberMissing, About::Request));
        }
        let key = self.key_for_material()?;
        let mut objections = self.state(key);
        self.weigh_expiry(key, &mut objections);
        self.weigh_import_type(key, &mut objections);
        self.weigh_token(key, &mut objections);
        self.weigh_material(key, &mut objections);
        Ok(objections)
    }

    pub(super) fn delete_material(self) -> Judged<'a> {
        let key = self.key_for_material()?;
        let mut objections = self.state(key);
        let named = self.request.fields.text(Field::MaterialId);
        let named = named.map(|id| MaterialId(id.to_owned()));
        // That this is refused is our conclusion, and no source has a code for it.
        if named.is_some_and(|id| !key.knows(&id, self.now)) {
            objections.likely(Fault::MaterialDiffers, About::Key(key));
            objections.likely(Fault::KeyUnknown, About::Key(key));
        }
        Ok(objections)
    }

    /// The key, if its material can be imported. The origin is checked before all else about the key: recorded for
    /// get-parameters, and a key of another origin can have no token, so its documented code would never show.
    fn key_for_material(self) -> Result<&'a Key, Objection<'a>> {
        let key = self.key()?;
        match key.origin {
            Origin::External => Ok(key),
            Origin::Service => Err(Objection::certain(
                Fault::OriginUnsupported,
                About::Key(key),
            )),
        }
    }

    fn weigh_expiry(self, key: &'a Key, objections: &mut Objections<'a>) {
        let about = About::Key(key);
        let valid_to = self.request.fields.time(Field::ValidTo);
        let edition = &self.kms.edition;
        match (expiration_model(edition, &self.request.fields), valid_to) {
            (ExpirationModel::Never, None) => {}
            (ExpirationModel::Never, Some(_)) => {
                objections.certain(Fault::ValidToForbidden, about);
            }
            (ExpirationModel::Expires, None) => objections.certain(Fault::ValidToMissing, about),
            (ExpirationModel::Expires, Some(valid_to)) => {
                let left = valid_to.duration_since(self.now);
                let over = edition.longest_validity.map(|longest| left - longest);
                if left <= -BLURRED {
                    objections.certain(Fault::ValidToPast, about);
                } else if left <= SignedDuration::ZERO {
                    objections.likely(Fault::ValidToPast, about);
                } else if over > Some(BLURRED) {
                    objections.certain(Fault::ValidToTooFar, about);
                } else if over > Some(SignedDuration::ZERO) {
                    objections.likely(Fault::ValidToTooFar, about);
                }
            }
        }
    }

    fn weigh_token(self, key: &'a Key, objections: &mut Objections<'a>) {
        let about = About::Key(key);
        let Some(parameters) = key.parameters_of(self.facts) else {
            return objections.certain(Fault::TokenInvalid, about);
        };
        let edition = &self.kms.edition;
        if self.now.duration_since(parameters.issued) > edition.parameters_validity {
            return objections.certain(Fault::TokenExpired, about);
        }
        // Not stated, and implementers disagree: whether a success uses a token up, whether a later set cancels
        // it, and whether it outlives the material that was there when it was issued.
        let is_latest = key.parameters.last() == Some(parameters);
        let outlived_material = parameters.beside_material && !key.has_material(self.now);
        let is_doubtful = parameters.used || !is_latest || outlived_material;
        if is_doubtful && edition.tokens == Tokens::Unsettled {
            objections.unlikely(Fault::TokenInvalid, about);
        }
    }

    /// Says nothing when no set of parameters is known: then there is nothing to unwrap with.
    fn weigh_material(self, key: &'a Key, objections: &mut Objections<'a>) {
        if !matches!(self.facts.token, Some(TokenFact::Of(_))) {
            return;
        }
        let about = About::Key(key);
        match &self.facts.material {
            None | Some(MaterialFact::Undecryptable) => {
                objections.certain(Fault::CiphertextInvalid, about);
            }
            Some(MaterialFact::Malformed) => objections.certain(Fault::MaterialMalformed, about),
            Some(MaterialFact::Is(id)) => self.weigh_match(key, id, objections),
        }
    }
}

impl Key {
    pub(super) fn issue_parameters(&mut self, facts: &Facts, now: Timestamp) {
        if let Some(TokenFact::Of(id)) = facts.token {
            let parameters = Parameters {
                id,
                issued: now,
                beside_material: self.has_material(now),
                used: false,
            };
            self.parameters.push(parameters);
        }
    }

    /// Remembers that an import with these parameters has succeeded.
    pub(super) fn use_parameters(&mut self, facts: &Facts) {
        if let Some(index) = self.index_of_parameters(facts) {
            self.parameters[index].used = true;
        }
    }

    /// Whether the token of a call was issued for this key.
    pub(super) fn has_parameters(&self, facts: &Facts) -> bool {
        self.index_of_parameters(facts).is_some()
    }

    fn parameters_of(&self, facts: &Facts) -> Option<&Parameters> {
        self.index_of_parameters(facts)
            .map(|index| &self.parameters[index])
    }

    fn index_of_parameters(&self, facts: &Facts) -> Option<usize> {
        let Some(TokenFact::Of(id)) = facts.token else {
            return None;
        };
        self.parameters
            .iter()
            .position(|parameters| parameters.id == id)
    }
}

/// Material with a date expires unless the caller says otherwise.
pub(super) fn expiration_model(edition: &Edition, fields: &Fields) -> ExpirationModel {
    let unsaid = if fields.has(Field::ValidTo) {
        ExpirationModel::Expires
    } else {
        edition.unsaid_expiration
    };
    fields.name(Field::ExpirationModel).unwrap_or(unsaid)
}
