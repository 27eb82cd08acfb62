//! The part of a page that a reader sees: without what is hidden, and without numbers that are struck out.

use html2text::{Comment, Document, Element, Handle, RcDom};

use super::css::{Property, Sheet, Style, Subject, is_far_away, is_zero};

/// Elements without text that is shown.
const SILENT: [&str; 7] = ["head", "style", "script", "template", "title", "noframes", "object"];

/// State that elements hand down.
#[derive(Debug, Clone, Copy, Default)]
struct Inherited {
    is_invisible: bool,
    /// Its letters have no size.
    is_tiny: bool,
    /// It is struck out and has no numbers in it.
    is_struck: bool,
}

/// Takes out of a page what a reader does not see. Returns `false` where that would be all of its text.
pub(super) fn prune(page: &RcDom) -> bool {
    let sheet = sheet(page);
    let mut is_seen = false;
    let mut is_pruned = false;
    let mut open = vec![(page.document.clone(), Inherited::default())];
    while let Some((node, state)) = open.pop() {
        let children = node.children.take();
        let before = children.len();
        let kept: Vec<Handle> = children
            .into_iter()
            .filter(|child| match fate(&sheet, child, state) {
                Fate::Gone => false,
                Fate::Open(state) => {
                    open.push((child.clone(), state));
                    true
                }
                Fate::Silent => true,
                Fate::Text { is_seen: seen } => {
                    is_seen |= seen;
                    true
                }
            })
            .collect();
        is_pruned |= kept.len() < before;
        node.children.replace(kept);
    }
    is_seen || !is_pruned
}

/// Puts raised decimals (`84<sup>€99</sup>`) into the line of their amount, from which the layout might part
/// them.
pub(super) fn lower_decimals(page: &RcDom) {
    for node in nodes(&page.document) {
        let children = node.children.take().into_iter().flat_map(|child| {
            if is_raised_decimals(&child) { child.children.take() } else { vec![child] }
        });
        let children = children.collect();
        node.children.replace(children);
    }
}

fn is_raised_decimals(node: &Handle) -> bool {
    matches!(&node.data, Element { name, .. } if &*name.local == "sup")
        && is_decimals(text(node).trim())
}

/// Returns whether a text is two digits behind a separator or a currency: `,99`, `€99`.
fn is_decimals(text: &str) -> bool {
    text.starts_with(['.', ',', '€', '$', '£'])
        && text.bytes().filter(u8::is_ascii_digit).count() == 2
        && !text.contains(char::is_alphabetic)
}

/// What becomes of a node.
enum Fate {
    Gone,
    /// Its children are looked at.
    Open(Inherited),
    Silent,
    Text {
        is_seen: bool,
    },
}

fn fate(sheet: &Sheet, node: &Handle, state: Inherited) -> Fate {
    match &node.data {
        Element { name, .. } => {
            let tag = &*name.local;
            if SILENT.contains(&tag) {
                return Fate::Silent;
            }
            let style = style(sheet, node, tag);
            let is_struck = state.is_struck || is_struck_out(&style);
            if is_hidden(&style, tag)
                || is_struck && !state.is_struck && text(node).contains(char::is_numeric)
            {
                return Fate::Gone;
            }
            Fate::Open(Inherited { is_struck, ..state.within(&style, node, tag) })
        }
        Document | Comment { .. } => Fate::Silent,
        _ => {
            let is_seen = text(node).contains(char::is_alphanumeric);
            let is_hidden = state.is_invisible || state.is_tiny;
            if is_hidden && is_seen { Fate::Gone } else { Fate::Text { is_seen } }
        }
    }
}

impl Inherited {
    fn within(self, style: &Style, node: &Handle, tag: &str) -> Self {
        let is_invisible = match style.get(Property::Visibility) {
            Some("hidden" | "collapse") => true,
            Some("visible") => false,
            _ => self.is_invisible,
        };
        let is_tiny = match style.get(Property::FontSize) {
            Some(size) if is_zero(size) => true,
            Some(size) if is_relative(size) => self.is_tiny,
            Some(_) => false,
            // A table does not take over the size in pages of old; `font` has a size of its own.
            None if tag == "table" || attribute(node, "size").is_some() => false,
            None => self.is_tiny,
        };
        Self { is_invisible, is_tiny, ..self }
    }
}

/// Returns whether a size is one of what it stands in.
fn is_relative(size: &str) -> bool {
    let is_root = size.ends_with("rem");
    ["inherit", "larger", "smaller"].contains(&size)
        || ["%", "em", "ex", "ch"].iter().any(|unit| size.ends_with(unit)) && !is_root
}

fn is_hidden(style: &Style, tag: &str) -> bool {
    let is = |property, value: &str| style.get(property) == Some(value);
    let zero = |property| style.get(property).is_some_and(is_zero);
    // Rows and cells are as high as what stands in them.
    let is_row = ["table", "tbody", "tr", "td", "th"].contains(&tag);
    let is_folded = !is_row && zero(Property::MaxHeight) && is(Property::Overflow, "hidden");
    let is_placed = is(Property::Position, "absolute") || is(Property::Position, "fixed");
    let is_away = is_placed && style.get(Property::Offset).is_some_and(is_far_away);
    is(Property::Display, "none") || zero(Property::Opacity) || is_folded || is_away
}

fn is_struck_out(style: &Style) -> bool {
    style.get(Property::Decoration).is_some_and(|value| value.contains("line-through"))
}

fn style(sheet: &Sheet, node: &Handle, tag: &str) -> Style {
    let (id, class, inline) =
        (attribute(node, "id"), attribute(node, "class"), attribute(node, "style"));
    let subject = Subject {
        tag,
        id: id.as_deref().unwrap_or_default(),
        class: class.as_deref().unwrap_or_default(),
        style: inline.as_deref().unwrap_or_default(),
    };
    let default = match tag {
        "s" | "del" | "strike" => "text-decoration: line-through",
        _ => "",
    };
    let hidden = if attribute(node, "hidden").is_some() { "; display: none" } else { "" };
    sheet.style(subject, &format!("{default}{hidden}"))
}

fn attribute(node: &Handle, name: &str) -> Option<String> {
    let Element { attrs, .. } = &node.data else { return None };
    let attrs = attrs.borrow();
    attrs.iter().find(|it| &*it.name.local == name).map(|it| it.value.to_string())
}

/// Returns the style sheets of a page for screens.
fn sheet(page: &RcDom) -> Sheet {
    let mut sheet = Sheet::default();
    for node in nodes(&page.document) {
        let Element { name, .. } = &node.data else { continue };
        let is_for_screens = attribute(&node, "media").is_none_or(|media| {
            media.trim().is_empty() || ["all", "screen"].contains(&media.trim())
        });
        if &*name.local == "style" && is_for_screens {
            let written = written(&node);
            let css = written.split_once('>').and_then(|(_, rest)| rest.rsplit_once('<'));
            css.into_iter().for_each(|(css, _)| sheet.add(css));
        }
    }
    sheet
}

/// Returns the texts in a node.
fn text(node: &Handle) -> String {
    let is_text = |node: &Handle| !matches!(node.data, Element { .. } | Document | Comment { .. });
    let texts = nodes(node).into_iter().filter(is_text).map(|node| written(&node));
    let text = texts.collect::<Vec<_>>().join(" ");
    ["&nbsp;", "&amp;", "&lt;", "&gt;"].iter().fold(text, |text, code| text.replace(code, " "))
}

fn written(node: &Handle) -> String {
    let mut bytes = Vec::new();
    // Writing to memory does not fail; a text that could not be written is none.
    let written = node.serialize(&mut bytes).is_ok();
    String::from_utf8(bytes).ok().filter(|_| written).unwrap_or_default()
}

/// Lists a node and all that stands in it, in their order.
fn nodes(node: &Handle) -> Vec<Handle> {
    let mut found = Vec::new();
    let mut open = vec![node.clone()];
    while let Some(node) = open.pop() {
        open.extend(node.children.borrow().iter().rev().cloned());
        found.push(node);
    }
    found
}
