//! XML, piece by piece, with limits and without entities.

use ext_services::documents::DocumentError;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::error::{check, malformed};

/// Elements within each other; documents of tables in tables have some fifty.
const MAX_DEPTH: u64 = 256;
/// Elements of a part: some hundred thousand cells.
const MAX_ELEMENTS: u64 = 2_000_000;

/// One piece of a part. Names are local ones, without prefix.
pub(crate) enum Piece<'a> {
    Start(&'a Tag<'a>),
    End(&'a str),
    Text(&'a str),
}

/// An opening tag.
pub(crate) struct Tag<'a> {
    start: &'a BytesStart<'a>,
}

impl Tag<'_> {
    pub(crate) fn name(&self) -> &str {
        local(self.start.name().into_inner())
    }

    /// Returns the prefix of the name.
    pub(crate) fn prefix(&self) -> &str {
        self.start.name().into_inner().split_once(':').map_or("", |(prefix, _)| prefix)
    }

    /// Returns the value of an attribute that has a prefix, by its local name.
    pub(crate) fn prefixed_attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.start.attributes().filter_map(Result::ok);
        let is_it = |key: &str| key.split_once(':').is_some_and(|(_, local)| local == name);
        let found = attributes.find(|attribute| is_it(attribute.key.into_inner()))?;
        Some(found.value.into_owned())
    }

    /// Returns the value of an attribute, by its local name.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.start.attributes().filter_map(Result::ok);
        let found = attributes.find(|attribute| local(attribute.key.into_inner()) == name)?;
        Some(found.value.into_owned())
    }
}

/// Shows a part to `visit`, which may end it with an error.
pub(crate) fn walk(
    xml: &[u8],
    visit: &mut dyn FnMut(Piece<'_>) -> Result<(), DocumentError>,
) -> Result<(), DocumentError> {
    let xml = std::str::from_utf8(xml).map_err(|_| malformed("a part that is not UTF-8"))?;
    let mut reader = Reader::from_str(xml.trim_start_matches('\u{feff}'));
    let (mut depth, mut elements) = (0_u64, 0_u64);
    loop {
        match reader.read_event().map_err(malformed)? {
            Event::Start(start) => {
                (depth, elements) = (depth + 1, elements + 1);
                check("elements within each other", depth, MAX_DEPTH)?;
                check("elements", elements, MAX_ELEMENTS)?;
                visit(Piece::Start(&Tag { start: &start }))?;
            }
            Event::Empty(start) => {
                elements += 1;
                check("elements", elements, MAX_ELEMENTS)?;
                let tag = Tag { start: &start };
                visit(Piece::Start(&tag))?;
                visit(Piece::End(tag.name()))?;
            }
            Event::End(end) => {
                depth = depth.checked_sub(1).ok_or_else(|| malformed("an end tag too many"))?;
                visit(Piece::End(local(end.name().into_inner())))?;
            }
            Event::Text(text) => visit(Piece::Text(&text.xml10_content()))?,
            Event::CData(text) => visit(Piece::Text(&text.xml10_content()))?,
            Event::GeneralRef(reference) => visit(Piece::Text(&resolve(&reference)?))?,
            Event::DocType(_) => return Err(malformed("document types are not read")),
            Event::Eof if depth > 0 => return Err(malformed("it ends within an element")),
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

/// Returns the text of `&amp;` or `&#252;`. No other entity can be declared.
fn resolve(reference: &BytesRef<'_>) -> Result<String, DocumentError> {
    if let Some(letter) = reference.resolve_char_ref().map_err(malformed)? {
        return Ok(letter.to_string());
    }
    let unknown = || malformed("an entity that is not declared");
    resolve_predefined_entity(&reference.xml10_content()).map(str::to_owned).ok_or_else(unknown)
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(xml: &str) -> Result<String, DocumentError> {
        let mut out = String::new();
        walk(xml.as_bytes(), &mut |piece| {
            match piece {
                Piece::Start(tag) => {
                    out += &format!("<{} {}", tag.name(), tag.attribute("at").unwrap_or_default());
                }
                Piece::End(name) => out += &format!("/{name}>"),
                Piece::Text(text) => out += text,
            }
            Ok(())
        })?;
        Ok(out)
    }

    #[test]
    fn pieces_have_local_names() {
        let xml = "<a:r xmlns:a='u'><b k:at='v'/>1 &amp;&#32;<![CDATA[<3>]]></a:r>";
        assert_eq!(shown(xml).unwrap(), "<r <b v/b>1 & <3>/r>");
    }

    #[test]
    fn doc_08_entities_are_never_expanded() {
        for text in [
            "<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><r>&b;</r>",
            "<!DOCTYPE r [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><r>&f;</r>",
            "<r>&f;</r>",
        ] {
            assert!(matches!(shown(text), Err(DocumentError::Malformed { .. })), "{text}");
        }
        assert_eq!(shown("<r>&lt;</r>").unwrap(), "<r </r>");
    }

    #[test]
    fn doc_08_deep_and_broken_documents_are_errors() {
        let deep = "<g>".repeat(1_000_000);
        assert!(matches!(shown(&deep), Err(DocumentError::TooLarge { .. })));
        let twin = "<g>".repeat(200) + &"</g>".repeat(200);
        assert!(shown(&twin).is_ok());
        for broken in ["<a>", "<a></b>", "</a>", "<a", "<a><![CDATA[</a>"] {
            assert!(shown(broken).is_err(), "{broken}");
        }
    }
}
