//! XML as JSON and back: an element with elements in it is an object, one without is a text, and elements of the same
//! name are a list. Attributes mean nothing here.

use std::mem::take;

use quick_xml::escape::{escape, resolve_xml_entity};
use quick_xml::events::{BytesRef, BytesText, Event};
use quick_xml::{Reader, Writer};
use serde_json::map::Entry;
use serde_json::{Map, Value as Json};

/// The elements within the root, whatever its name is; `None` where the bytes are no XML document.
pub(super) fn read(bytes: &[u8]) -> Option<Map<String, Json>> {
    let mut reader = Reader::from_str(std::str::from_utf8(bytes).ok()?);
    let mut open = vec![Element::default()];
    loop {
        let event = reader.read_event().ok()?;
        match event {
            Event::Start(tag) if open.len() <= DEEPEST => {
                open.push(Element::named(tag.local_name().as_ref())?);
            }
            Event::Empty(tag) => {
                let element = Element::named(tag.local_name().as_ref())?;
                open.last_mut()?.take(element);
            }
            Event::End(_) => {
                let element = open.pop()?;
                open.last_mut()?.take(element);
            }
            Event::Text(text) => open.last_mut()?.push(&text.xml10_content().ok()?)?,
            Event::CData(text) => open.last_mut()?.push(&text.xml10_content().ok()?)?,
            Event::GeneralRef(reference) => open.last_mut()?.push(&resolve(&reference)?)?,
            Event::Eof => break,
            Event::Start(_) => return None,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    let [document] = open.try_into().ok()?;
    let mut roots = document.children.into_iter();
    match (roots.next(), roots.next()) {
        (Some((_, Json::Object(members))), None) => Some(members),
        // A root without elements.
        (Some((_, Json::String(_))), None) => Some(Map::new()),
        _ => None,
    }
}

/// No honest reply nests so deep.
const DEEPEST: usize = 16;

#[derive(Default)]
struct Element {
    name: String,
    text: String,
    children: Map<String, Json>,
}

impl Element {
    fn named(name: &[u8]) -> Option<Self> {
        Some(Self {
            name: String::from_utf8(name.to_vec()).ok()?,
            ..Self::default()
        })
    }

    /// Takes text, unless XML cannot carry it, be it as a reference.
    fn push(&mut self, text: &str) -> Option<()> {
        text.chars().all(is_legal).then(|| self.text.push_str(text))
    }

    fn take(&mut self, mut child: Self) {
        let name = take(&mut child.name);
        match self.children.entry(name) {
            Entry::Vacant(place) => {
                place.insert(child.into_json());
            }
            Entry::Occupied(mut place) => match place.get_mut() {
                Json::Array(items) => items.push(child.into_json()),
                first => *first = Json::Array(vec![take(first), child.into_json()]),
            },
        }
    }

    fn into_json(self) -> Json {
        if self.children.is_empty() {
            Json::String(self.text)
        } else {
            Json::Object(self.children)
        }
    }
}

fn resolve(reference: &BytesRef<'_>) -> Option<String> {
    match reference.resolve_char_ref().ok()? {
        Some(character) => Some(character.to_string()),
        None => Some(resolve_xml_entity(&reference.decode().ok()?)?.to_owned()),
    }
}

/// A document whose root has these members.
pub(super) fn write(root: &str, members: &Map<String, Json>) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new());
    write_object(&mut writer, root, members);
    writer.into_inner()
}

fn write_object(writer: &mut Writer<Vec<u8>>, name: &str, members: &Map<String, Json>) {
    let element = writer.create_element(name);
    let written = element.write_inner_content(|writer| {
        for (name, value) in members {
            write_value(writer, name, value);
        }
        Ok(())
    });
    written.expect(VECTOR);
}

fn write_value(writer: &mut Writer<Vec<u8>>, name: &str, value: &Json) {
    match value {
        Json::Object(members) => write_object(writer, name, members),
        Json::Array(items) => items.iter().for_each(|it| write_value(writer, name, it)),
        Json::String(text) => write_text(writer, name, text),
        Json::Null => write_text(writer, name, ""),
        other => write_text(writer, name, &other.to_string()),
    }
}

fn write_text(writer: &mut Writer<Vec<u8>>, name: &str, text: &str) {
    let legal: String = text.chars().map(legal).collect();
    // Readers take a bare carriage return for the end of a line.
    let escaped = escape(legal).replace('\r', "&#13;");
    let element = writer.create_element(name);
    let written = element.write_text_content(BytesText::from_escaped(escaped));
    written.expect(VECTOR);
}

/// The character, or a mark where XML cannot carry it.
fn legal(character: char) -> char {
    if is_legal(character) {
        character
    } else {
        char::REPLACEMENT_CHARACTER
    }
}

/// Whether XML 1.0 can carry a character at all.
fn is_legal(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => true,
        '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => false,
        _ => true,
    }
}

const VECTOR: &str = "a vector takes every byte";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::{read, write};

    #[track_caller]
    fn check(document: &str, expected: Option<Json>) {
        let found = read(document.as_bytes()).map(Json::Object);
        assert_eq!(found, expected, "{document}");
    }

    #[test]
    fn any_root_is_read() {
        for root in ["KMS", "ImportKeyMaterialResponse", "Error", "a:b"] {
            let document = format!("<{root}><RequestId>r</RequestId></{root}>");
            check(&document, Some(json!({ "RequestId": "r" })));
        }
        check("<KMS/>", Some(json!({})));
        check("<KMS></KMS>", Some(json!({})));
    }

    #[test]
    fn declarations_comments_attributes_and_white_space_are_passed_over() {
        check(
            "<?xml version='1.0' encoding='UTF-8'?>\n<KMS xmlns='urn:x'>\n  <!-- c -->\n  <A b='c'> d </A>\n</KMS>\n",
            Some(json!({ "A": " d " })),
        );
    }

    #[test]
    fn references_and_sections_are_text() {
        check(
            "<K><A>&lt;&amp;&gt;&quot;&apos;&#233;&#x1F511;<![CDATA[<x>]]></A></K>",
            Some(json!({ "A": "<&>\"'é🔑<x>" })),
        );
    }

    #[test]
    fn elements_of_one_name_are_a_list() {
        check(
            "<K><A><B>1</B><B>2</B><B>3</B></A><C/></K>",
            Some(json!({ "A": { "B": ["1", "2", "3"] }, "C": "" })),
        );
    }

    #[test]
    fn what_is_no_document_is_not_read() {
        for document in [
            "",
            "text",
            "<K>",
            "<K></L>",
            "<K><A></K></A>",
            "</K>",
            "<K/><K/>",
            "<K>&unknown;</K>",
            "<K>&#0;</K>",
            "<K><A>&#1;</A></K>",
            "<K><A>\u{0}</A></K>",
            "<K><A><![CDATA[\u{ffff}]]></A></K>",
            "<!DOCTYPE K [<!ENTITY e 'x'>]><K>&e;</K>",
        ] {
            check(document, None);
        }
        check(&"<K>".repeat(100_000), None);
        let closed = format!("{}{}", "<K>".repeat(20), "</K>".repeat(20));
        check(&closed, None);
    }

    proptest! {
        #[test]
        fn a_text_survives_the_wire(text in "[\\PC\\t\\n\\r]{0,40}") {
            let members = json!({ "A": text, "B": [{ "C": "1" }, { "C": "2" }] });
            let Json::Object(members) = members else { unreachable!() };
            prop_assert_eq!(read(&write("KMS", &members)), Some(members));
        }

        #[test]
        fn no_bytes_make_us_fall(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            read(&bytes);
        }

        #[test]
        fn no_tags_make_us_fall(tags in "(<[/!?]?[AK]?[ />\\[-]{0,3}|&#?[a-z0-9]{0,3};?|]]>|[a\u{0}é]){0,20}") {
            read(tags.as_bytes());
        }
    }
}
