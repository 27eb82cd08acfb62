//! PresentationML (ECMA-376, part 1, clause 19).

use std::collections::{HashMap, HashSet};

use ext_services::documents::DocumentError;

use crate::{
    archive::{Archive, OfficeLimits},
    error::malformed,
    rows::Rows,
    xml::{Piece, Tag, walk},
};

const PRESENTATION: &str = "ppt/presentation.xml";
/// The end of the type of a relationship to the notes of a slide.
const NOTES: &str = "/notesSlide";

/// Reads the text of each slide in the order in which they are shown, with its notes. Hidden slides
/// are not read, nor are parts that no slide names.
pub(crate) fn slides(document: &[u8]) -> Result<Vec<String>, DocumentError> {
    let mut archive = Archive::open(document, OfficeLimits::DEFAULT)?;
    let presentation = archive.part(PRESENTATION)?;
    let presentation =
        presentation.ok_or_else(|| malformed(format_args!("it has no part `{PRESENTATION}`")))?;
    let relations = relations(&mut archive, PRESENTATION)?;
    let (mut pages, mut seen) = (Vec::new(), HashSet::new());
    for id in slide_ids(&presentation)? {
        let Some(relation) = relations.get(&id) else { continue };
        if !seen.insert(relation.target.clone()) {
            continue;
        }
        pages.extend(slide(&mut archive, &relation.target)?);
    }
    Ok(pages)
}

/// Reads a slide and its notes; `None` for one that is hidden or missing.
fn slide(archive: &mut Archive<'_>, name: &str) -> Result<Option<String>, DocumentError> {
    let Some(part) = archive.part(name)? else { return Ok(None) };
    let mut rows = Rows::new();
    if !read(&part, &mut rows)? {
        return Ok(None);
    }
    let relations = relations(archive, name)?;
    let notes = relations.into_values().find(|relation| relation.kind.ends_with(NOTES));
    let notes = notes.map(|notes| archive.part(&notes.target)).transpose()?.flatten();
    if let Some(notes) = notes {
        read(&notes, &mut rows)?;
    }
    Ok(Some(rows.finish()))
}

/// Reads the text of a part; returns false when it is a hidden slide.
fn read(part: &[u8], rows: &mut Rows) -> Result<bool, DocumentError> {
    let (mut skipped, mut in_text, mut is_shown) = (0_u32, false, true);
    walk(part, &mut |piece| {
        match piece {
            Piece::Start(tag) if skipped > 0 || is_skipped(tag) => skipped += 1,
            Piece::End(_) if skipped > 0 => skipped -= 1,
            Piece::Text(text) if in_text => rows.text(text)?,
            Piece::Start(tag) => match tag.name() {
                "sld" if is_hidden(tag) => is_shown = false,
                "t" => in_text = true,
                "br" => rows.end_line(),
                "tc" => rows.start_cell(),
                _ => {}
            },
            Piece::End(name) => match name {
                "t" => in_text = false,
                "p" => rows.end_line(),
                "tc" => rows.end_cell(1)?,
                "tr" => rows.end_row(),
                _ => {}
            },
            Piece::Text(_) => {}
        }
        Ok(())
    })?;
    Ok(is_shown)
}

fn is_hidden(slide: &Tag<'_>) -> bool {
    matches!(slide.attribute("show").as_deref(), Some("0" | "false"))
}

/// Returns whether an element shows nothing, shows something a second time, or is a slide's number.
fn is_skipped(tag: &Tag<'_>) -> bool {
    let is_number = || tag.attribute("type").as_deref() == Some("slidenum");
    tag.name() == "Fallback" || (tag.name() == "fld" && is_number())
}

/// Lists the ids of the relationships to slides, in the order in which they are shown.
fn slide_ids(presentation: &[u8]) -> Result<Vec<String>, DocumentError> {
    let mut ids = Vec::new();
    walk(presentation, &mut |piece| {
        if let Piece::Start(tag) = piece
            && tag.name() == "sldId"
        {
            // It has a number of its own beside the id of the relationship.
            ids.extend(tag.prefixed_attribute("id"));
        }
        Ok(())
    })?;
    Ok(ids)
}

/// A relationship to another part.
struct Relation {
    kind: String,
    /// The name of the part.
    target: String,
}

/// Reads the relationships of a part to others, by id. Those to other places are not followed.
fn relations(
    archive: &mut Archive<'_>,
    name: &str,
) -> Result<HashMap<String, Relation>, DocumentError> {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let part = archive.part(&format!("{folder}/_rels/{file}.rels"))?.unwrap_or_default();
    let mut found = HashMap::new();
    walk(&part, &mut |piece| {
        if let Piece::Start(tag) = piece
            && tag.name() == "Relationship"
            && tag.attribute("TargetMode").is_none_or(|mode| mode != "External")
            && let (Some(id), Some(target)) = (tag.attribute("Id"), tag.attribute("Target"))
        {
            let kind = tag.attribute("Type").unwrap_or_default();
            found.insert(id, Relation { kind, target: resolve(folder, &target) });
        }
        Ok(())
    })?;
    Ok(found)
}

/// Returns the name of the part that a target means, as seen from a folder of the archive.
fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut names: Vec<&str> = folder.split('/').collect();
    for name in target.split('/') {
        match name {
            "." => {}
            ".." => drop(names.pop()),
            name => names.push(name),
        }
    }
    names.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_names_in_the_archive() {
        for (target, name) in [
            ("slides/slide1.xml", "ppt/slides/slide1.xml"),
            ("/ppt/slides/slide1.xml", "ppt/slides/slide1.xml"),
            ("../x.xml", "x.xml"),
            ("../../../x.xml", "x.xml"),
        ] {
            assert_eq!(resolve("ppt", target), name);
        }
    }
}
