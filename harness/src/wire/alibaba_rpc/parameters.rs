//! Parameters of a call: read from query and form, and written as RFC 3986 wants it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::FORM_CONTENT;
use crate::wire::{HttpRequest, Mask, ParameterPlace};

/// Names with their values, as they are meant, in the order of the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// The parameters in the query of a request, and in its body where that is a form.
    pub(super) fn of(request: &HttpRequest) -> Self {
        let mut all = Self::of_query(request);
        let is_form = request
            .header("content-type")
            .is_some_and(|kind| kind.trim_start().starts_with(FORM_CONTENT));
        if is_form {
            all.0.extend(read(&request.body));
        }
        all
    }

    /// The parameters that we wrote into a request, which all stand in one place.
    pub(super) fn of_place(request: &HttpRequest, place: ParameterPlace) -> Self {
        match place {
            ParameterPlace::Query => Self::of_query(request),
            ParameterPlace::Form => Self::of(request),
        }
    }

    /// The parameters in the query of a request.
    pub(super) fn of_query(request: &HttpRequest) -> Self {
        Self(read(request.query().as_bytes()).collect())
    }

    /// Every name with its value.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first value of this name.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter();
        pairs.find_map(|(known, value)| (known == name).then_some(value.as_str()))
    }

    /// Whether there is a value of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// Gives a name a value, where it stood or at the end.
    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Takes away everything that does not belong.
    pub(super) fn retain(&mut self, belongs: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| belongs(name));
    }

    /// A request that has these parameters, all of them in one place.
    pub(super) fn put(&self, mut request: HttpRequest, place: ParameterPlace) -> HttpRequest {
        match place {
            ParameterPlace::Query => {
                request.target = self.to_target();
                request
            }
            ParameterPlace::Form => {
                request.target = Self::default().to_target();
                request.body = joined(&self.0).into_bytes();
                request.with_header("content-type", FORM_CONTENT)
            }
        }
    }

    /// The target of a request whose query has these parameters.
    pub(super) fn to_target(&self) -> String {
        if self.0.is_empty() {
            return "/".to_owned();
        }
        format!("/?{}", joined(&self.0))
    }

    /// The same as a signature sees it: in the order of names.
    pub(super) fn canonical(&self) -> String {
        let mut sorted = self.0.clone();
        sorted.sort();
        joined(&sorted)
    }
}

/// A request whose secret parameters have what `mask` makes of them. What is masked is meant for people: it stands as
/// it is, without encoding.
pub(super) fn masked(request: &HttpRequest, secret: &[&str], mask: Mask<'_>) -> HttpRequest {
    let mut mask_all = |text: &[u8]| -> Option<String> {
        let pairs: Vec<(String, String)> = read(text).collect();
        let is_secret = |name: &str| secret.contains(&name);
        pairs.iter().find(|(name, _)| is_secret(name))?;
        let pairs: Vec<String> = pairs
            .iter()
            .map(|(name, value)| {
                let value = if is_secret(name) {
                    mask(name, value)
                } else {
                    encode(value)
                };
                format!("{}={value}", encode(name))
            })
            .collect();
        Some(pairs.join("&"))
    };
    let mut request = request.clone();
    if let Some(query) = mask_all(request.query().as_bytes()) {
        request.target = format!("{}?{query}", request.path());
    }
    if let Some(form) = mask_all(&request.body) {
        request.body = form.into_bytes();
    }
    request
}

/// A space is `%20`, `*` is `%2A`, and only `-`, `_`, `.` and `~` stay besides letters and digits.
pub(super) fn encode(text: &str) -> String {
    const RESERVED: AsciiSet = NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~');
    utf8_percent_encode(text, &RESERVED).to_string()
}

/// Reads what a client wrote. The vendor's own client writes a space as `+`, so a plus sign has to come as `%2B`.
fn read(query: &[u8]) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(query).into_owned()
}

fn joined(pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Parameters, encode, masked};
    use crate::wire::{HttpRequest, Method};

    fn get(target: &str) -> HttpRequest {
        HttpRequest {
            method: Method::Get,
            target: target.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(encode("aZ09-_.~"), "aZ09-_.~");
        assert_eq!(encode(" *+/=&%é"), "%20%2A%2B%2F%3D%26%25%C3%A9");
    }

    #[test]
    fn a_plus_sign_is_a_space_and_its_code_is_a_plus_sign() {
        let parameters = Parameters::of(&get("/?ImportToken=a+b%2Bc%20d"));
        assert_eq!(parameters.value("ImportToken"), Some("a b+c d"));
    }

    #[test]
    fn secrets_in_query_and_form_are_masked() {
        let mut request = get("/?KeyId=a%2Fb&ImportToken=t%2Bk&Signature=s");
        request.body = b"Plaintext=p%3D&KeyId=k".to_vec();
        let mut seen = Vec::new();
        let secret = ["ImportToken", "Plaintext", "Signature"];
        let masked = masked(&request, &secret, &mut |_, value| {
            seen.push(value.to_owned());
            "<redacted>".to_owned()
        });
        assert_eq!(
            masked.target,
            "/?KeyId=a%2Fb&ImportToken=<redacted>&Signature=<redacted>"
        );
        assert_eq!(masked.body, b"Plaintext=<redacted>&KeyId=k");
        assert_eq!(seen, ["t+k", "s", "p="]);
    }

    #[test]
    fn a_form_adds_to_the_query() {
        let mut request = get("/?Action=Encrypt&KeyId=k").with_header(
            "content-type",
            "application/x-www-form-urlencoded; charset=utf-8",
        );
        request.body = b"Plaintext=YQ%3D%3D&KeyId=other".to_vec();
        let parameters = Parameters::of(&request);
        assert_eq!(parameters.value("Plaintext"), Some("YQ=="));
        assert_eq!(parameters.value("KeyId"), Some("k"));
        request.headers.clear();
        assert!(!Parameters::of(&request).has("Plaintext"));
    }

    proptest! {
        #[test]
        fn parameters_survive_the_wire(pairs in prop::collection::btree_map(".{1,9}", ".{0,20}", 0..6)) {
            let parameters = Parameters(pairs.into_iter().collect());
            prop_assert_eq!(Parameters::of(&get(&parameters.to_target())), parameters);
        }

        #[test]
        fn no_target_makes_us_fall(target in "(?s).{0,60}") {
            Parameters::of(&get(&target)).canonical();
        }
    }
}
