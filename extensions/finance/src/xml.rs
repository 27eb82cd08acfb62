//! An XML file as a tree of elements by local name. Document types are refused, so that no entity is
//! ever declared.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use spacedrive_sdk::prelude::*;

/// Elements within each other.
const MAX_DEPTH: usize = 64;
/// Elements of a file.
const MAX_ELEMENTS: usize = 2_000_000;

/// An element without its namespace.
#[derive(Debug, Default)]
pub(crate) struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// Returns all elements at a path of local names below this one. A step may name alternatives:
    /// `Dt|DtTm`.
    pub(crate) fn all(&self, path: &str) -> Vec<&Self> {
        let mut found = vec![self];
        for step in path.split('/') {
            let is_named = |element: &&Self| step.split('|').any(|name| name == element.name);
            found = found.into_iter().flat_map(|it| it.children.iter().filter(is_named)).collect();
        }
        found
    }

    /// Returns the first element at a path.
    pub(crate) fn at(&self, path: &str) -> Option<&Self> {
        self.all(path).into_iter().next()
    }

    /// Returns the text of the first element at a path that has one.
    pub(crate) fn text_at(&self, path: &str) -> Option<String> {
        self.all(path).into_iter().find_map(Self::text)
    }

    /// Returns the text in the element itself, on one line.
    pub(crate) fn text(&self) -> Option<String> {
        one_line(&self.text)
    }

    /// Returns the value of an attribute, by its name without prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Decodes a file in UTF-8, without its mark of that; bytes that are not are letters of Windows-1252.
pub(crate) fn decode(file: &[u8]) -> String {
    let mut text = String::with_capacity(file.len());
    for chunk in file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file).utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    text
}

/// Returns a text on one line; `None` for one that says nothing.
pub(crate) fn one_line(text: &str) -> Option<String> {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// Reads a file, and returns an element that holds its root.
///
/// # Errors
/// [`ErrorCode::BadInput`] for what is not well-formed, declares a document type, or is too large.
pub(crate) fn parse(xml: &str) -> Result<Element> {
    let mut reader = Reader::from_str(xml);
    let mut tree = Builder { open: vec![Element::default()], elements: 0 };
    loop {
        match reader.read_event().map_err(malformed)? {
            Event::Start(start) => tree.start(element(&start))?,
            Event::Empty(start) => {
                tree.start(element(&start))?;
                tree.end()?;
            }
            Event::End(_) => tree.end()?,
            Event::Text(text) => tree.text(&text.xml10_content()),
            Event::CData(text) => tree.text(&text.xml10_content()),
            Event::GeneralRef(reference) => tree.text(&resolve(&reference)?),
            Event::DocType(_) => return Err(malformed("document types are not read")),
            Event::Eof => return tree.finish(),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn resolve(reference: &BytesRef<'_>) -> Result<String> {
    if let Some(letter) = reference.resolve_char_ref().map_err(malformed)? {
        return Ok(letter.to_string());
    }
    let name = reference.xml10_content();
    let unknown = || malformed(format!("the entity `{name}` is not declared"));
    resolve_predefined_entity(&name).map(str::to_owned).ok_or_else(unknown)
}

fn element(start: &BytesStart<'_>) -> Element {
    let local = |name: &str| name.rsplit(':').next().unwrap_or(name).to_owned();
    let attributes = start.attributes().filter_map(std::result::Result::ok);
    Element {
        name: local(start.local_name().as_ref()),
        attributes: attributes.map(|it| (local(it.key.as_ref()), it.value.into_owned())).collect(),
        ..Element::default()
    }
}

fn malformed(reason: impl ToString) -> Error {
    Error::new(ErrorCode::BadInput, format!("the XML is not well-formed: {}", reason.to_string()))
}

/// Builder of a tree of elements; the lowest open one holds the root.
struct Builder {
    open: Vec<Element>,
    elements: usize,
}

impl Builder {
    fn start(&mut self, element: Element) -> Result<()> {
        self.elements += 1;
        if self.elements > MAX_ELEMENTS || self.open.len() > MAX_DEPTH {
            let limit = format!("{MAX_ELEMENTS} elements, {MAX_DEPTH} within each other");
            return Err(Error::new(ErrorCode::BadInput, format!("the XML has more than {limit}")));
        }
        self.open.push(element);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }

    fn end(&mut self) -> Result<()> {
        let element = self.open.pop();
        match (element, self.open.last_mut()) {
            (Some(element), Some(parent)) => parent.children.push(element),
            _ => return Err(malformed("an end tag too many")),
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Element> {
        match (self.open.pop(), self.open.is_empty()) {
            (Some(document), true) => Ok(document),
            _ => Err(malformed("it ends within an element")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_ignore_prefixes_and_take_alternatives() {
        let tree = parse("<a:r><b x='1'>1 &amp; <![CDATA[<2>]]></b></a:r>").unwrap();
        assert_eq!(tree.text_at("r/c|b").as_deref(), Some("1 & <2>"));
        assert_eq!(tree.at("r/b").unwrap().attribute("x"), Some("1"));
    }

    #[test]
    fn broken_deep_and_declaring_files_are_errors() {
        let deep = "<a>".repeat(1000);
        for broken in ["<a>", "<a></b>", "</a>", "<!DOCTYPE r><r/>", "<r>&f;</r>", deep.as_str()] {
            assert!(parse(broken).is_err(), "{broken}");
        }
    }
}
