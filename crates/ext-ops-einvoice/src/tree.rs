//! An XML document as a small tree of elements by local name.

use ext_services::documents::DocumentError;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Elements within each other; invoices have some twelve.
const MAX_DEPTH: usize = 64;
/// Elements of a document: an invoice of ten thousand lines.
const MAX_ELEMENTS: usize = 500_000;
/// Attributes of an element that are kept.
const MAX_ATTRIBUTES: usize = 32;

/// An element without its namespace.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// Returns the first element at a path of local names below this one: `Party/Name`. A step may
    /// name alternatives: `ID|GlobalID`.
    pub(crate) fn at(&self, path: &str) -> Option<&Self> {
        self.all(path).into_iter().next()
    }

    /// Returns all elements at a path, in their order.
    pub(crate) fn all(&self, path: &str) -> Vec<&Self> {
        let mut found = vec![self];
        for step in path.split('/') {
            let named = |element: &&Self| step.split('|').any(|name| name == element.name);
            found = found.into_iter().flat_map(|e| e.children.iter().filter(named)).collect();
        }
        found
    }

    /// Returns the text in the element itself, as one line; `None` when there is none.
    pub(crate) fn text(&self) -> Option<String> {
        let words: Vec<&str> = self.text.split_whitespace().collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// Returns the text at a path.
    pub(crate) fn text_at(&self, path: &str) -> Option<String> {
        self.all(path).into_iter().find_map(Self::text)
    }

    /// Returns the value of an attribute, by its name without prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns the values of all attributes, namespaces among them.
    pub(crate) fn attribute_values(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|(_, value)| value.as_str())
    }
}

/// Returns the root element without its content, or `None` where there is none.
pub(crate) fn root(xml: &str) -> Option<Element> {
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) | Event::Empty(start) => return Some(element(&start)),
            Event::DocType(_) | Event::Eof => return None,
            _ => {}
        }
    }
}

/// Reads the whole document.
pub(crate) fn parse(xml: &str) -> Result<Element, DocumentError> {
    let mut reader = Reader::from_str(xml);
    let mut builder = Builder { open: vec![Element::default()], elements: 0 };
    loop {
        match reader.read_event().map_err(malformed)? {
            Event::Start(start) => builder.start(element(&start))?,
            Event::Empty(start) => {
                builder.start(element(&start))?;
                builder.end()?;
            }
            Event::End(_) => builder.end()?,
            Event::Text(text) => builder.text(&text.xml10_content()),
            Event::CData(text) => builder.text(&text.xml10_content()),
            Event::GeneralRef(reference) => builder.text(&resolve(&reference)?),
            Event::DocType(_) => return Err(malformed("document types are not read")),
            Event::Eof => return builder.finish(),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

/// Returns the text of `&amp;` or `&#252;`. No other entity can be declared.
fn resolve(reference: &BytesRef<'_>) -> Result<String, DocumentError> {
    if let Some(letter) = reference.resolve_char_ref().map_err(malformed)? {
        return Ok(letter.to_string());
    }
    let name = reference.xml10_content();
    let unknown = || malformed("an entity that is not declared");
    resolve_predefined_entity(&name).map(str::to_owned).ok_or_else(unknown)
}

fn element(start: &BytesStart<'_>) -> Element {
    let local = |name: &str| name.rsplit(':').next().unwrap_or(name).to_owned();
    let attributes = start.attributes().filter_map(Result::ok).take(MAX_ATTRIBUTES);
    Element {
        name: local(start.local_name().as_ref()),
        attributes: attributes.map(|a| (local(a.key.as_ref()), a.value.into_owned())).collect(),
        ..Element::default()
    }
}

fn malformed(reason: impl ToString) -> DocumentError {
    DocumentError::Malformed { reason: reason.to_string() }
}

/// Builder of a tree of elements; the lowest open one holds the root.
struct Builder {
    open: Vec<Element>,
    elements: usize,
}

impl Builder {
    fn start(&mut self, element: Element) -> Result<(), DocumentError> {
        self.elements += 1;
        check("elements", self.elements, MAX_ELEMENTS)?;
        check("elements within each other", self.open.len(), MAX_DEPTH)?;
        self.open.push(element);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }

    fn end(&mut self) -> Result<(), DocumentError> {
        let element = self.open.pop().filter(|_| !self.open.is_empty());
        match (element, self.open.last_mut()) {
            (Some(element), Some(parent)) => parent.children.push(element),
            _ => return Err(malformed("an end tag too many")),
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Element, DocumentError> {
        if self.open.len() > 1 {
            return Err(malformed("it ends within an element"));
        }
        let document = self.open.pop().unwrap_or_default();
        document.children.into_iter().next().ok_or_else(|| malformed("it has no element"))
    }
}

fn check(what: &'static str, got: usize, limit: usize) -> Result<(), DocumentError> {
    if got > limit {
        let (got, limit) = (got as u64, limit as u64);
        return Err(DocumentError::TooLarge { what, got, limit });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_ignore_prefixes() {
        let tree = parse(
            "<a:r xmlns:a='u'><a:x><b>1</b><c k:at='v'>2 &amp;&#32;<![CDATA[<3>]]></c></a:x></a:r>",
        )
        .unwrap();
        assert_eq!(tree.text_at("x/b").as_deref(), Some("1"));
        assert_eq!(tree.text_at("y|x/d|c").as_deref(), Some("2 & <3>"));
        assert_eq!(tree.at("x/c").unwrap().attribute("at"), Some("v"));
        assert!(tree.at("b").is_none());
    }

    #[test]
    fn doc_entities_are_never_expanded() {
        let bomb = "<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><r>&b;</r>";
        assert!(parse(bomb).is_err());
        let file = "<!DOCTYPE r [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><r>&f;</r>";
        assert!(parse(file).is_err());
        assert!(parse("<r>&f;</r>").is_err());
        assert_eq!(parse("<r>&lt;</r>").unwrap().text().as_deref(), Some("<"));
    }

    #[test]
    fn doc_deep_and_broken_documents_are_errors() {
        let deep = "<a>".repeat(100_000);
        assert!(matches!(parse(&deep), Err(DocumentError::TooLarge { .. })));
        for broken in ["", "<a>", "<a></b>", "</a>", "text", "<a", "<a><![CDATA[</a>"] {
            assert!(parse(broken).is_err(), "{broken}");
        }
    }
}
