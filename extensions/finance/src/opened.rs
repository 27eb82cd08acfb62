//! A file taken apart: emails in it, and documents, however deep they stand in containers.
//!
//! The bytes of a part decide what it is, never its label.

mod email;
mod mended;

use ext_unpack::{Budget, Detected, Item, Kind as Found, Limits, Role, detect};
use spacedrive_sdk::prelude::*;

use crate::documents::{self, Document};
use crate::mail::Message;
use crate::parts::{self, Label, PartId, Parts};
use crate::text::clip;

/// Depth of emails within emails.
pub(crate) const MAX_DEPTH: usize = 4;
/// Depth of containers within containers.
const MAX_CONTAINERS: usize = 5;
/// Nested emails that are parsed at all; the parser nests its data as deep as they do.
const MAX_NESTED_EMAILS: usize = 200;
/// Parts of an email that are looked at.
pub(crate) const MAX_PARTS: usize = 1000;
/// Documents of a file that are read.
pub(crate) const MAX_DOCUMENTS: usize = 50;
/// Longest name of a part, in bytes.
const MAX_NAME_BYTES: usize = 255;

/// A file taken apart.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The emails in it; if it is one, that is the first.
    pub(crate) messages: Vec<Message>,
    /// Documents that came in no email.
    pub(crate) loose: Vec<Document>,
    /// All that was found.
    pub(crate) parts: Parts,
    /// Parts that could not be looked at, for the user.
    pub(crate) left_out: Vec<Error>,
    /// It has more in it than is looked at at once.
    is_cut: bool,
    /// Nothing of it was looked at but its beginning.
    is_unread: bool,
    budget: Budget,
    /// What the email that is looked at had so far.
    count: Count,
}

/// Attachments and documents of an email, with those of the emails in it.
#[derive(Debug, Default)]
struct Count {
    attachments: usize,
    documents: usize,
}

/// Place of a part: what contains it.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    inside: Option<PartId>,
    /// The email that it belongs to, among [`Opened::messages`].
    message: Option<usize>,
    emails: usize,
    containers: usize,
    /// The HTML of the email shows it.
    in_page: bool,
    /// It is what its container is a wrapping for.
    is_wrapped: bool,
}

/// Takes an email apart.
///
/// # Errors
/// The bytes are not an email, or it holds more emails than [`MAX_NESTED_EMAILS`].
pub(crate) fn email(raw: &[u8]) -> Result<Opened> {
    let mut opened = Opened::new();
    opened.email(raw, Label::default(), Place::default())?;
    Ok(opened.compared())
}

/// Takes a file apart, whatever it is.
pub(crate) fn file(bytes: &[u8], label: Label<'_>) -> Opened {
    let mut opened = Opened::new();
    opened.part(bytes, label, Place::default());
    opened.compared()
}

/// Notes a file of which only the beginning was looked at; `error` when the rest was wanted.
pub(crate) fn unread(start: &[u8], size: u64, label: Label<'_>, error: Option<Error>) -> Opened {
    let mut opened = Opened::new();
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let id = opened.parts.add(None, label, detect(start), size);
    (opened.is_unread, opened.is_cut) = (true, is_mailbox(start));
    if let Some(error) = error {
        opened.fail(id, Label::default(), error);
    }
    opened
}

/// Makes a picture that was read elsewhere: `start` are its first bytes, `hash` is that of all of them.
pub(crate) fn picture(start: &[u8], size: u64, label: Label<'_>, hash: String) -> Opened {
    let mut opened = unread(start, size, label, None);
    let part = opened.parts.last();
    let name = label.name.unwrap_or("unnamed picture").to_owned();
    let (kind, data) = (documents::Kind::Picture, Blob::from(Vec::new()));
    opened.loose.push(Document { name, kind, data, hash, part });
    opened
}

/// Returns whether a file that begins like this is worth reading whole.
pub(crate) fn is_wanted(start: &[u8], label: Label<'_>) -> bool {
    let kind = detect(start).kind;
    kind.is_container()
        || kind == Found::Email
        || documents::kind(kind, label).is_some()
        || label.says_email()
}

/// Returns whether a file that begins like this may hold more emails than are looked at at once, which
/// a job reads then.
pub(crate) fn is_mailbox(start: &[u8]) -> bool {
    matches!(detect(start).kind, Found::Mbox | Found::Zip | Found::Tar | Found::Gzip)
}

impl Opened {
    /// Returns whether emails are in it that were not looked at.
    pub(crate) fn is_mailbox_beyond_limits(&self) -> bool {
        self.is_cut && (self.is_unread || !self.messages.is_empty())
    }

    /// Notes of the emails whether they stand side by side, or each in the one before it.
    fn compared(mut self) -> Self {
        let is_chain = (0..).zip(&self.messages).all(|(depth, message)| message.depth == depth);
        let emails = self.messages.iter_mut().map(|message| &mut message.email);
        emails.for_each(|email| email.is_beside_others = !is_chain);
        self
    }

    fn new() -> Self {
        Self {
            messages: Vec::new(),
            loose: Vec::new(),
            parts: Parts::default(),
            left_out: Vec::new(),
            is_cut: false,
            is_unread: false,
            budget: Budget::new(Limits::DEFAULT),
            count: Count::default(),
        }
    }

    /// Looks at a part of whatever kind.
    fn part(&mut self, bytes: &[u8], label: Label<'_>, place: Place) {
        let found = detect(bytes);
        match found.kind {
            Found::Email => self.nested(bytes, label, place, found),
            kind if kind.is_container() => self.container(bytes, label, place, found),
            kind => match documents::kind(kind, label) {
                Some(kind) => self.document(bytes, label, place, found, kind),
                None if label.says_email() => self.nested(bytes, label, place, found),
                None => self.other(bytes, label, place, found),
            },
        }
    }

    fn other(&mut self, bytes: &[u8], label: Label<'_>, place: Place, found: Detected) {
        let id = self.parts.add(place.inside, label, found, bytes.len());
        match found.kind {
            Found::Empty => self.parts.unused(id, "empty"),
            Found::Signature => self.parts.unused(id, "signature"),
            _ => {}
        }
    }

    fn document(
        &mut self,
        bytes: &[u8],
        label: Label<'_>,
        place: Place,
        found: Detected,
        kind: documents::Kind,
    ) {
        let part = self.parts.add(place.inside, label, found, bytes.len());
        // A picture that was imported by itself is no decoration.
        let in_email = place.message.is_some();
        if in_email && documents::is_decoration(kind, bytes, place.in_page) {
            return self.parts.unused(part, "decoration");
        }
        let document = Document::new(label.name, kind, bytes.to_vec().into(), part);
        let message = place.message.and_then(|at| self.messages.get_mut(at));
        let list = message.map_or(&mut self.loose, |message| &mut message.documents);
        if list.iter().any(|known| known.hash == document.hash) {
            return self.parts.unused(part, "duplicate");
        }
        self.count.documents += 1;
        if self.count.documents <= MAX_DOCUMENTS {
            list.push(document);
        } else {
            self.parts.unread(part, ErrorCode::DocLimit.name(), "there are too many documents");
        }
    }

    fn container(&mut self, bytes: &[u8], label: Label<'_>, place: Place, found: Detected) {
        let id = self.parts.add(place.inside, label, found, bytes.len());
        if place.containers >= MAX_CONTAINERS {
            let why = format!("containers nested more than {MAX_CONTAINERS} deep are not opened");
            return self.fail(id, label, Error::new(ErrorCode::DocLimit, why));
        }
        match ext_unpack::open(found.kind, bytes, &mut self.budget) {
            Err(error) => {
                self.is_cut |= error.is_sum_over_limit();
                self.fail(id, label, parts::error(&error));
            }
            Ok(items) if items.is_empty() && found.kind == Found::Cms => {
                self.parts.unused(id, "signature");
            }
            Ok(items) => {
                self.parts.opened(id);
                let place = Place { inside: Some(id), containers: place.containers + 1, ..place };
                items.into_iter().for_each(|item| self.item(item, label, place));
            }
        }
    }

    fn item(&mut self, item: Item, container: Label<'_>, place: Place) {
        let name = item.name.as_deref().map(|name| clip(name, MAX_NAME_BYTES));
        let label = match item.role {
            Role::Content => Label { name: name.or(container.inner_name()), media_type: None },
            _ => Label { name, media_type: None },
        };
        match (item.bytes, item.role) {
            (Err(error), _) => {
                let id = self.parts.add(place.inside, label, detect(b""), 0);
                self.is_cut |= error.is_sum_over_limit();
                self.fail(id, label, parts::error(&error));
            }
            (Ok(bytes), Role::Body) if detect(&bytes).kind.is_text() => {
                self.body(&bytes, label, place);
            }
            (Ok(bytes), role) => {
                let is_wrapped = role == Role::Content;
                self.part(&bytes, label, Place { is_wrapped, ..place });
            }
        }
    }

    /// Takes the text of a message out of a container, where its email has none.
    fn body(&mut self, bytes: &[u8], label: Label<'_>, place: Place) {
        let found = detect(bytes);
        let id = self.parts.add(place.inside, label, found, bytes.len());
        let at = place.message.unwrap_or_else(|| self.push(Message::default()));
        let Some(message) = self.messages.get_mut(at) else { return };
        if message.html.is_some() || message.plain.is_some() {
            return self.parts.unused(id, "repeats_the_text");
        }
        let text = String::from_utf8_lossy(bytes).into_owned();
        match found.kind {
            Found::Html => message.html = Some(text),
            _ => message.plain = Some(text),
        }
        message.body_part = Some(id);
    }

    fn push(&mut self, message: Message) -> usize {
        self.messages.push(message);
        self.messages.len() - 1
    }

    /// Notes why a part was not looked at, for the record and for the user.
    fn fail(&mut self, id: PartId, label: Label<'_>, error: Error) {
        self.parts.unread(id, error.code().name(), error.message());
        let error = match label.name {
            Some(name) => error.context(name),
            None => error,
        };
        if !self.left_out.iter().any(|known| known.message() == error.message()) {
            self.left_out.push(error);
        }
    }

    /// Starts the count for an email that is in no other one; returns that of before.
    fn start_count(&mut self) -> Count {
        std::mem::take(&mut self.count)
    }

    /// Tells what was too much.
    fn end_count(&mut self, before: Count) {
        let Count { attachments, documents } = std::mem::replace(&mut self.count, before);
        let limits = [
            (attachments, MAX_PARTS, "attachments were looked at"),
            (documents, MAX_DOCUMENTS, "documents were read"),
        ];
        for (count, limit, what) in limits.into_iter().filter(|(count, limit, _)| count > limit) {
            let why = format!("only the first {limit} of the email's {count} {what}");
            self.left_out.push(Error::new(ErrorCode::DocLimit, why));
        }
    }
}

impl Label<'_> {
    fn says_email(&self) -> bool {
        self.media_type.is_some_and(|kind| kind.starts_with("message/"))
            || self.name.is_some_and(|name| documents::extension(name) == "eml")
    }

    /// Returns the name without the ending of a wrapping: `invoice.xml.p7m` is `invoice.xml`.
    fn inner_name(&self) -> Option<&str> {
        let (name, _) = self.name?.rsplit_once('.')?;
        name.contains('.').then_some(name)
    }
}

#[cfg(test)]
mod tests;
