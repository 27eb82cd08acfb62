//! Files embedded in a document: the name tree of the catalog and its associated files.

use std::borrow::Cow;
use std::collections::HashSet;

use ext_services::documents::DocumentError;
use hayro::hayro_syntax::object::{
    Array, Dict, MaybeRef, Object, ObjectIdentifier, Stream, String as PdfString,
};
use hayro::hayro_syntax::{Filter, Pdf};

use crate::inflate::inflate;
use crate::limits::PdfLimits;
use crate::strings::text_string;

/// Deeper name trees than this are loops or mischief.
const MAX_DEPTH: u32 = 16;
/// Most nodes of a name tree that are visited.
const MAX_NODES: usize = 10_000;

/// Returns name and content of every embedded file; each file once, however often it is referred
/// to.
pub(crate) fn attachments(
    pdf: &Pdf,
    limits: &PdfLimits,
) -> Result<Vec<(String, Vec<u8>)>, DocumentError> {
    let Some(catalog) = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()) else {
        return Ok(Vec::new());
    };
    let mut collector = Collector { limits, files: Vec::new(), seen: HashSet::new(), bytes: 0 };
    for specification in specifications(pdf, &catalog) {
        collector.add(&specification)?;
    }
    Ok(collector.files)
}

/// Finds all file specifications, from the name tree, the catalog and the pages.
fn specifications<'a>(pdf: &'a Pdf, catalog: &Dict<'a>) -> Vec<Dict<'a>> {
    let mut found = Vec::new();
    if let Some(names) = catalog.get::<Dict<'_>>("Names")
        && let Some(tree) = names.get::<Dict<'_>>("EmbeddedFiles")
    {
        NameTree { pdf, nodes: MAX_NODES, found: &mut found }.walk(&tree, MAX_DEPTH);
    }
    found.extend(dicts(pdf, catalog, "AF"));
    found.extend(pdf.pages().iter().flat_map(|page| dicts(pdf, page.raw(), "AF")));
    found
}

/// Returns the dictionaries in the array at `key`; what is something else or leads nowhere is left
/// out.
fn dicts<'a>(pdf: &'a Pdf, owner: &Dict<'a>, key: &str) -> Vec<Dict<'a>> {
    let resolve = |item| match item {
        MaybeRef::Ref(reference) => pdf.xref().get::<Object<'_>>(ObjectIdentifier::from(reference)),
        MaybeRef::NotRef(object) => Some(object),
    };
    let Some(array) = owner.get::<Array<'_>>(key) else {
        return Vec::new();
    };
    array.raw_iter().take(MAX_NODES).filter_map(resolve).filter_map(Object::into_dict).collect()
}

/// A walk over a name tree that ends even where the tree does not.
struct NameTree<'a, 'f> {
    pdf: &'a Pdf,
    nodes: usize,
    found: &'f mut Vec<Dict<'a>>,
}

impl<'a> NameTree<'a, '_> {
    fn walk(&mut self, node: &Dict<'a>, depth: u32) {
        if depth == 0 || self.nodes == 0 {
            return;
        }
        self.nodes -= 1;
        // `Names` alternates between key and value; only values are dictionaries.
        self.found.extend(dicts(self.pdf, node, "Names"));
        for kid in dicts(self.pdf, node, "Kids") {
            self.walk(&kid, depth - 1);
        }
    }
}

/// Collector of files within the limits.
struct Collector<'a> {
    limits: &'a PdfLimits,
    files: Vec<(String, Vec<u8>)>,
    seen: HashSet<ObjectIdentifier>,
    bytes: u64,
}

impl Collector<'_> {
    fn add(&mut self, specification: &Dict<'_>) -> Result<(), DocumentError> {
        let Some(stream) = content_stream(specification) else {
            return Ok(());
        };
        if !self.seen.insert(stream.obj_id()) {
            return Ok(());
        }
        let content = decode(&stream, self.limits.embedded_bytes.saturating_sub(self.bytes));
        self.bytes = self.bytes.saturating_add(content.len() as u64);
        self.files.push((file_name(specification), content));
        check("embedded bytes", self.bytes, self.limits.embedded_bytes)?;
        check("embedded files", self.files.len() as u64, self.limits.embedded_files as u64)
    }
}

fn check(what: &'static str, got: u64, limit: u64) -> Result<(), DocumentError> {
    if got > limit {
        return Err(DocumentError::TooLarge { what, got, limit });
    }
    Ok(())
}

fn content_stream<'a>(specification: &Dict<'a>) -> Option<Stream<'a>> {
    let files = specification.get::<Dict<'_>>("EF")?;
    ["UF", "F"].iter().find_map(|key| files.get::<Stream<'_>>(key))
}

/// Returns the decoded content. It may be longer than `limit`, which then tells that there is too
/// much.
fn decode(stream: &Stream<'_>, limit: u64) -> Vec<u8> {
    let plain_deflate = stream.filters().as_slice() == [Filter::FlateDecode]
        && !stream.dict().contains_key("DecodeParms");
    if plain_deflate {
        return inflate(&stream.raw_data(), limit);
    }
    // Rare filters; the check at opening bounds what they inflate to.
    stream.decoded_data().map(Cow::into_owned).unwrap_or_default()
}

/// Returns the name without folders; never a path.
fn file_name(specification: &Dict<'_>) -> String {
    let name = ["UF", "F"].iter().find_map(|key| specification.get::<PdfString<'_>>(key));
    let name = name.map(|name| text_string(name.as_bytes())).unwrap_or_default();
    name.rsplit(['/', '\\', ':']).next().unwrap_or_default().trim().to_owned()
}
