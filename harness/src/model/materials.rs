//! Several materials of one key: which bytes an import may bring, and where they go.

use jiff::Timestamp;

use crate::spec::{
    Edition, ExpirationModel, Fault, Field, Fields, ImportType, KeySpec, MaterialId, Origin,
};

use super::import::expiration_model;
use super::key::{Key, Material, Stay};
use super::kms::Call;
use super::objections::{About, Objections};
use super::{Facts, MaterialFact};

impl<'a> Call<'a> {
    /// Only symmetric keys can have several materials. The members that tell them apart are documented for those
    /// keys alone; that a key which can do without them refuses id and description as well is our conclusion.
    pub(super) fn weigh_import_type(self, key: &'a Key, objections: &mut Objections<'a>) {
        let fields = &self.request.fields;
        if key.spec == KeySpec::Symmetric {
            return;
        }
        if fields.has(Field::ImportType) {
            objections.certain(Fault::ImportTypeUnsupported, About::Key(key));
        } else if fields.has(Field::MaterialId) || fields.has(Field::MaterialDescription) {
            objections.likely(Fault::ImportTypeUnsupported, About::Key(key));
        }
    }

    /// What the key has against these bytes. The texts of its refusals name their id, so they come after all that
    /// keeps the blob from being unwrapped.
    pub(super) fn weigh_match(
        self,
        key: &'a Key,
        id: &MaterialId,
        objections: &mut Objections<'a>,
    ) {
        let fields = &self.request.fields;
        match import_type(fields, key) {
            ImportType::New => self.weigh_new(key, id, objections),
            ImportType::Existing => self.weigh_existing(key, id, objections),
        }
        let Some(named) = fields.text(Field::MaterialId) else {
            return;
        };
        let about = About::Key(key);
        if fields.has(Field::ImportType) && import_type(fields, key) == ImportType::New {
            objections.certain(Fault::MaterialIdForbidden, about);
        } else if named != id.0 || !key.knows(id, self.now) {
            objections.certain(Fault::MaterialDiffers, about);
        }
    }

    fn weigh_new(self, key: &'a Key, id: &MaterialId, objections: &mut Objections<'a>) {
        let about = About::Key(key);
        // New material enters at the primary; what a replica says to it is not written down.
        if key.is_replica() {
            return objections.likely(Fault::MaterialDiffers, about);
        }
        if key.material(id).is_some() {
            return objections.certain(Fault::MaterialDiffers, about);
        }
        let is_first = key.materials.is_empty();
        if !is_first && !self.kms.edition.binds_several(key.spec, key.multi_region()) {
            return objections.certain(Fault::ImportTypeUnsupported, about);
        }
        match key.waiting(self.now) {
            // Nobody has written down what the waiting bytes themselves are told: they are known, and they stand in
            // their own way.
            Some(waiting) if waiting.id == *id => {
                objections.likely(Fault::MaterialDiffers, about);
                objections.likely(Fault::MaterialPending, about);
            }
            Some(_) => objections.certain(Fault::MaterialPending, about),
            // Whether a key that has lost one of its materials takes a new one is not stated.
            None if !is_first && !key.has_material(self.now) => {
                objections.unlikely(Fault::PendingImport, about);
            }
            None => {}
        }
    }

    fn weigh_existing(self, key: &'a Key, id: &MaterialId, objections: &mut Objections<'a>) {
        let about = About::Key(key);
        if key.material(id).is_some() || key.expects(id, self.now) {
            return;
        }
        if key.knows(id, self.now) {
            // Waiting material is there but not yet the key's own; whether it can be imported again is not stated.
            objections.unlikely(Fault::MaterialDiffers, about);
        } else if key.materials.is_empty() {
            // On a key that never had material there is nothing to match; that it is refused is our conclusion.
            objections.likely(Fault::MaterialDiffers, about);
        } else {
            objections.certain(Fault::MaterialDiffers, about);
        }
    }
}

impl Key {
    /// Takes known material back, the first one for ever, or new material until a rotation. Other material cannot be
    /// taken, whatever a reply says.
    ///
    /// A disabled key stays disabled when its material was there all the time, and comes back enabled when it had
    /// lost it: an import is what enables a key in pending-import. The sources say neither.
    pub(super) fn take_material(
        &mut self,
        edition: &Edition,
        asked: &Fields,
        facts: &Facts,
        now: Timestamp,
    ) {
        let Some(MaterialFact::Is(id)) = &facts.material else {
            return;
        };
        let had_material = self.has_material(now);
        let described = asked.text(Field::MaterialDescription).map(str::to_owned);
        let expires = expiration_model(edition, asked) == ExpirationModel::Expires;
        let valid_to = asked.time(Field::ValidTo).filter(|_| expires);
        let stay = Some(Stay { valid_to });
        let is_new = import_type(asked, self) == ImportType::New;
        let has_waiting = self.waiting(now).is_some();
        let own = self.materials.iter_mut().chain(&mut self.pending);
        if let Some(material) = own.into_iter().find(|one| one.id == *id) {
            material.stay = stay;
            material.description = described.or_else(|| material.description.take());
        } else {
            let material = Material {
                id: id.clone(),
                description: described,
                stay,
                rotation: None,
            };
            if self.materials.is_empty() {
                self.materials.push(material);
            } else if is_new && !has_waiting && !self.is_replica() {
                self.pending = Some(material);
            } else {
                return;
            }
        }
        if !had_material && self.has_material(now) && self.deletion.is_none() {
            self.disabled = false;
        }
        self.use_parameters(facts);
    }

    /// Loses the material that the caller names, or the current one. Material that waited for a rotation was never
    /// the key's own and is forgotten.
    pub(super) fn lose_material(&mut self, asked: &Fields) {
        if self.origin == Origin::Service {
            return;
        }
        let named = asked.text(Field::MaterialId);
        self.pending
            .take_if(|pending| Some(pending.id.0.as_str()) == named);
        let lost = match named {
            Some(id) => self.materials.iter_mut().find(|one| one.id.0 == id),
            None => self.materials.last_mut(),
        };
        if let Some(material) = lost {
            material.stay = None;
        }
    }

    /// Whether these bytes are the key's own, or wait to be.
    pub(super) fn knows(&self, id: &MaterialId, now: Timestamp) -> bool {
        let waiting = self.waiting(now).is_some_and(|waiting| waiting.id == *id);
        waiting || self.expects(id, now) || self.material(id).is_some()
    }

    fn material(&self, id: &MaterialId) -> Option<&Material> {
        self.materials.iter().find(|one| one.id == *id)
    }
}

/// What the caller says about the bytes; by itself the first import is about new material and every later one
/// about existing material. Reads every spelling of the two names, neutral or a vendor's.
fn import_type(fields: &Fields, key: &Key) -> ImportType {
    match fields.text(Field::ImportType) {
        Some(text) => {
            let is_new = text
                .get(..3)
                .is_some_and(|start| start.eq_ignore_ascii_case("new"));
            if is_new {
                ImportType::New
            } else {
                ImportType::Existing
            }
        }
        None if key.materials.is_empty() => ImportType::New,
        None => ImportType::Existing,
    }
}
