//! What keys are called: ids, ARNs, aliases and tags.

use jiff::Timestamp;

use crate::spec::{Fault, Field, Fields, Request};

use super::key::Key;
use super::kms::{Call, Kms};
use super::objections::{About, Judged, Objection, Objections};

/// Where an alias leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alias {
    pub(super) key: String,
    pub(super) created: Timestamp,
}

/// What a caller wrote, read.
enum Reference<'a> {
    Id(&'a str),
    Alias(&'a str),
}

const ALIAS: &str = "alias/";

impl Kms {
    /// The key of this bare id or key ARN.
    #[must_use]
    pub fn key(&self, reference: &str) -> Option<&Key> {
        match self.read(reference).ok()? {
            Reference::Id(id) => self.keys.get(id),
            Reference::Alias(_) => None,
        }
    }

    /// The key of this bare id, key ARN, alias name or alias ARN. Asks no clock: a key whose day of deletion has
    /// come is found until the next observation, see [`Key::is_gone`].
    ///
    /// # Errors
    /// `KeyMalformed`, `RegionForeign`, `KeyUnknown` or `AliasUnknown`.
    pub fn resolve(&self, reference: &str) -> Result<&Key, Fault> {
        match self.read(reference)? {
            Reference::Alias(name) => {
                let alias = self.aliases.get(name).ok_or(Fault::AliasUnknown)?;
                self.keys.get(&alias.key).ok_or(Fault::AliasUnknown)
            }
            Reference::Id(id) => match self.keys.get(id) {
                Some(key) => Ok(key),
                None if is_well_formed(id) => Err(Fault::KeyUnknown),
                None => Err(Fault::KeyMalformed),
            },
        }
    }

    fn read<'r>(&self, reference: &'r str) -> Result<Reference<'r>, Fault> {
        if reference.starts_with(ALIAS) {
            return Ok(Reference::Alias(reference));
        }
        if !self.looks_like_arn(reference) {
            return Ok(Reference::Id(reference));
        }
        let [region, account, resource] = split(reference).ok_or(Fault::KeyMalformed)?;
        let id = resource.strip_prefix("key/");
        if let Some(key) = id.and_then(|id| self.keys.get_key_value(id))
            && key.1.arn == reference
        {
            return Ok(Reference::Id(&resource["key/".len()..]));
        }
        if region != self.region {
            return Err(Fault::RegionForeign);
        }
        // Another account's key is refused by its policy, which we do not model; to this caller it does not exist.
        if account != self.account {
            return Err(Fault::KeyUnknown);
        }
        match id {
            Some(id) => Ok(Reference::Id(id)),
            None if resource.starts_with(ALIAS) => Ok(Reference::Alias(resource)),
            None => Err(Fault::KeyMalformed),
        }
    }

    pub(super) fn arn(&self, resource: &str) -> String {
        let scheme = self.edition.arn_scheme;
        format!("{scheme}:kms:{}:{}:{resource}", self.region, self.account)
    }

    fn looks_like_arn(&self, reference: &str) -> bool {
        let scheme = self.edition.arn_scheme.split(':').next();
        reference.split_once(':').map(|(scheme, _)| scheme) == scheme
    }

    /// What a reply calls a key.
    pub(super) fn shown_name<'k>(&self, key: &'k Key) -> &'k str {
        if self.edition.replies_with_arns {
            &key.arn
        } else {
            &key.id
        }
    }

    /// The ARN that the key of this reference would have.
    pub(super) fn would_be_arn(&self, reference: &str) -> String {
        if self.looks_like_arn(reference) {
            reference.to_owned()
        } else if reference.starts_with(ALIAS) {
            self.arn(reference)
        } else {
            self.arn(&format!("key/{reference}"))
        }
    }

    pub(super) fn drop_gone(&mut self, now: Timestamp) {
        if self.keys.values().any(|key| key.is_gone(now)) {
            self.keys.retain(|_, key| !key.is_gone(now));
            let keys = &self.keys;
            self.aliases
                .retain(|_, alias| keys.contains_key(&alias.key));
        }
    }

    pub(super) fn add_alias(&mut self, request: &Request, now: Timestamp) {
        let Some(name) = request.fields.text(Field::Alias) else {
            return;
        };
        let Some(Ok(key)) = request.key().map(|reference| self.resolve(reference)) else {
            return;
        };
        let alias = Alias {
            key: key.id.clone(),
            created: now,
        };
        self.aliases.insert(name.to_owned(), alias);
    }

    pub(super) fn drop_alias(&mut self, request: &Request) {
        if let Some(name) = request.fields.text(Field::Alias) {
            self.aliases.remove(name);
        }
    }
}

impl<'a> Call<'a> {
    /// The key that the call is about.
    ///
    /// Look-up comes before everything but the bounds of the service model: without a key there is nobody whose
    /// permission could be asked.
    pub(super) fn key(self) -> Result<&'a Key, Objection<'a>> {
        self.look_up(self.request.key().unwrap_or_default())
    }

    /// The key of any reference in the call.
    pub(super) fn look_up(self, reference: &'a str) -> Result<&'a Key, Objection<'a>> {
        let object = |fault| Objection::certain(fault, About::Reference(reference));
        let read = self.kms.read(reference).map_err(object)?;
        let is_alias = matches!(read, Reference::Alias(_));
        let takes_alias = self.kms.edition.alias_operations;
        if is_alias && !takes_alias.contains(&self.request.operation) {
            return Err(object(Fault::AliasUnsupported));
        }
        let key = self.kms.resolve(reference).map_err(object)?;
        match (key.is_gone(self.now), is_alias) {
            (false, _) => Ok(key),
            (true, false) => Err(object(Fault::KeyUnknown)),
            (true, true) => Err(object(Fault::AliasUnknown)),
        }
    }

    pub(super) fn create_alias(self) -> Judged<'a> {
        let name = self.alias();
        let mut objections = Objections::none();
        if !is_alias_name(name) {
            objections.certain(Fault::AliasMalformed, About::Reference(name));
        } else if self.alias_leads_to_a_key(name) {
            objections.certain(Fault::AliasTaken, About::Reference(name));
        }
        match self.key() {
            Ok(key) => self.weigh_state(key, &mut objections),
            Err(objection) => objections.add(objection),
        }
        Ok(objections)
    }

    pub(super) fn delete_alias(self) -> Judged<'a> {
        let name = self.alias();
        let mut objections = Objections::none();
        if !is_alias_name(name) {
            objections.certain(Fault::AliasMalformed, About::Reference(name));
        } else if !self.alias_leads_to_a_key(name) {
            objections.certain(Fault::AliasUnknown, About::Reference(name));
        }
        Ok(objections)
    }

    /// All aliases, or those of one key.
    pub(super) fn list_aliases(self) -> Judged<'a> {
        match self.request.key() {
            None => Ok(Objections::none()),
            Some(_) => self.key().map(|key| self.state(key)),
        }
    }

    fn alias(self) -> &'a str {
        self.request.fields.text(Field::Alias).unwrap_or_default()
    }

    fn alias_leads_to_a_key(self, name: &str) -> bool {
        let alias = self.kms.aliases.get(name);
        let key = alias.and_then(|alias| self.kms.keys.get(&alias.key));
        key.is_some_and(|key| !key.is_gone(self.now))
    }
}

impl Key {
    pub(super) fn add_tags(&mut self, asked: &Fields) {
        for tag in asked.records(Field::Tags) {
            if let Some(name) = tag.text(Field::TagKey) {
                let value = tag.text(Field::TagValue).unwrap_or_default();
                self.tags.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    pub(super) fn drop_tags(&mut self, asked: &Fields) {
        for name in asked.names(Field::TagKeys).unwrap_or_default() {
            self.tags.remove(name);
        }
    }

    pub(super) fn describe(&mut self, asked: &Fields) {
        asked
            .text(Field::Description)
            .unwrap_or_default()
            .clone_into(&mut self.description);
    }
}

/// Region, account and resource of a resource name, whatever its partition.
pub(super) fn split(arn: &str) -> Option<[&str; 3]> {
    let (_, place) = arn.split_once(":kms:")?;
    let (region, rest) = place.split_once(':')?;
    let (account, resource) = rest.split_once(':')?;
    Some([region, account, resource])
}

/// A UUID with its dashes, or `mrk-` and 32 hexadecimal digits.
fn is_well_formed(id: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match id.strip_prefix("mrk-") {
        Some(digits) => digits.len() == 32 && is_hex(digits),
        None => {
            let lengths = id.split('-').map(str::len);
            lengths.eq([8, 4, 4, 4, 12]) && id.split('-').all(is_hex)
        }
    }
}

/// `alias/` and at least one letter, digit, or `/_-`; names that begin with `alias/aws/` are the service's own.
fn is_alias_name(name: &str) -> bool {
    let may_stand = |byte: u8| byte.is_ascii_alphanumeric() || b"/_-".contains(&byte);
    name.strip_prefix(ALIAS).is_some_and(|rest| {
        !rest.is_empty() && !rest.starts_with("aws/") && rest.bytes().all(may_stand)
    })
}

#[cfg(test)]
mod tests {
    use super::{is_alias_name, is_well_formed};

    #[test]
    fn an_id_is_a_dashed_uuid_or_a_multi_region_id() {
        assert!(is_well_formed("1234abcd-12ab-34cd-56ef-1234567890ab"));
        assert!(is_well_formed("mrk-1234abcd12ab34cd56ef1234567890ab"));
        for id in [
            "",
            "fake-key-id",
            "1234abcd12ab34cd56ef1234567890ab",
            "mrk-rubbish",
            "mrk-1234abcd12ab34cd56ef1234567890ag",
            "mrk-1234abcd12ab34cd56ef1234567890",
            "1234abcd-12ab-34cd-56ef",
            "1234abcd-12ab-34cd-56ef-1234567890ag",
            "1234abcd-12ab-34cd-56ef-1234567890ab-",
        ] {
            assert!(!is_well_formed(id), "{id}");
        }
    }

    #[test]
    fn an_alias_name_has_its_prefix_and_only_plain_characters() {
        assert!(is_alias_name("alias/my/key_1-a"));
        for name in [
            "",
            "my-key",
            "alias/",
            "alias/aws/mine",
            "alias/a b",
            "alias/ä",
        ] {
            assert!(!is_alias_name(name), "{name}");
        }
    }
}
