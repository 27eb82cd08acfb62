//! The text of a content together with that of what stands in it: attachments, messages, files.

use ext_registry::Services;
use ext_services::{
    documents::{ContainerKind, DocumentPart, MarkupKind, MarkupReader},
    library::ContentText,
};

use super::{
    content_text::{Problem, ReaderAway, find, markup, pdf, picture},
    media::{Kind, decode_text},
    sanitise,
};

/// The deepest part that is read: a file in an archive in a message in a mailbox.
const MAX_DEPTH: u32 = 4;
/// The most parts of a content that are read.
const MAX_PARTS: u32 = 20_000;
/// The most pictures among the parts of a content that are read, since each takes seconds.
const MAX_PICTURES: u32 = 20;
/// The bytes of text after which no more parts are read.
const MAX_TEXT_BYTES: usize = 16 << 20;
/// The most reasons that are kept.
const MAX_REASONS: usize = 20;

/// The beginnings of pictures.
const PICTURES: [&[u8]; 6] =
    [b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"RIFF"];
/// The beginnings of archives, `winmail.dat` and signed messages.
const ARCHIVES: [&[u8]; 5] =
    [b"PK\x03\x04", b"\x1f\x8b", b"\x78\x9f\x3e\x22", b"\x30\x80\x06\x09", b"\x30\x82"];

/// Returns whether the bytes begin as a mailbox does; its reader finds out whether they are one.
pub(super) fn may_be_mailbox(bytes: &[u8]) -> bool {
    bytes.starts_with(b"From ")
}

/// Returns whether the bytes begin as an archive does.
pub(super) fn may_be_archive(bytes: &[u8]) -> bool {
    ARCHIVES.iter().any(|start| bytes.starts_with(start))
}

/// Collector of the texts of a content and its parts.
pub(super) struct Parts<'s> {
    services: &'s Services,
    texts: Vec<String>,
    bytes: usize,
    parts: u32,
    pictures: u32,
    left_out: Vec<String>,
    /// The reason why a part is to be read again.
    away: Option<String>,
}

impl<'s> Parts<'s> {
    pub(super) fn new(services: &'s Services) -> Self {
        let (texts, left_out) = (Vec::new(), Vec::new());
        Self { services, texts, bytes: 0, parts: 0, pictures: 0, left_out, away: None }
    }

    /// Returns what was read, or why nothing was.
    pub(super) fn finish(self, read: Result<(), Problem>) -> Result<ContentText, ReaderAway> {
        let text = sanitise::clean(&self.texts.join("\u{c}")).text;
        let is_empty = text.trim().is_empty();
        let left_out = self.left_out.join("; ");
        match (read, self.away) {
            (Err(Problem::Content(problem)), _) => Ok(ContentText::Unreadable(problem)),
            (Err(Problem::Reader(reason)), _) | (Ok(()), Some(reason)) => {
                Err(ReaderAway { reason, text: (!is_empty).then_some(text) })
            }
            _ if left_out.is_empty() => Ok(ContentText::Text(text)),
            _ if is_empty => Ok(ContentText::Unreadable(left_out)),
            _ => Ok(ContentText::Partly { text, left_out }),
        }
    }

    pub(super) fn add(&mut self, text: String) {
        self.bytes = self.bytes.saturating_add(text.len());
        self.texts.push(text);
    }

    /// Reads an email with its attachments.
    pub(super) fn email(&mut self, bytes: &[u8], depth: u32) -> Result<(), Problem> {
        self.add(markup(self.services, MarkupKind::Email, bytes)?);
        self.container(ContainerKind::Email, bytes, depth)
    }

    /// Reads all that stands in a container.
    pub(super) fn container(
        &mut self,
        kind: ContainerKind,
        bytes: &[u8],
        depth: u32,
    ) -> Result<(), Problem> {
        let reader = find::<dyn MarkupReader>(self.services, "reader of emails and archives")?;
        let parts = reader.parts(kind, bytes)?;
        for (number, part) in (1_u32..).zip(parts) {
            if let Some(limit) = self.limit(depth) {
                self.leave_out(&format!("part {number} and those behind it"), &limit);
                break;
            }
            self.parts += 1;
            let name = match part.name.is_empty() {
                true => format!("part {number}"),
                false => part.name.clone(),
            };
            match self.part(part, depth + 1) {
                Ok(()) => {}
                Err(Problem::Content(problem)) => self.leave_out(&name, &problem),
                // The other parts can be read, and this one again.
                Err(Problem::Reader(reason)) => self.away = Some(format!("{name}: {reason}")),
            }
        }
        Ok(())
    }

    /// Returns the limit that is reached.
    fn limit(&self, depth: u32) -> Option<String> {
        match () {
            () if depth >= MAX_DEPTH => Some(format!("it stands in {MAX_DEPTH} others")),
            () if self.parts >= MAX_PARTS => Some(format!("{MAX_PARTS} parts are read")),
            () if self.bytes >= MAX_TEXT_BYTES => {
                Some(format!("{MAX_TEXT_BYTES} bytes of text are read"))
            }
            () => None,
        }
    }

    fn leave_out(&mut self, name: &str, problem: &str) {
        if self.left_out.len() < MAX_REASONS {
            self.left_out.push(format!("{name}: {problem}"));
        }
    }

    fn part(&mut self, part: DocumentPart, depth: u32) -> Result<(), Problem> {
        let bytes = part.bytes.map_err(Problem::Content)?;
        if part.is_message {
            return self.email(&bytes, depth);
        }
        if PICTURES.iter().any(|start| bytes.starts_with(start)) {
            return self.picture(part.name, &bytes);
        }
        let text = match Kind::of_bytes(&bytes) {
            Some(Kind::Pdf) => pdf(self.services, &bytes)?,
            Some(Kind::Markup(kind)) => markup(self.services, kind, &bytes)?,
            Some(Kind::Text) => decode_text(&bytes, None),
            None if may_be_archive(&bytes) => {
                return self.container(ContainerKind::Archive, &bytes, depth);
            }
            None => return Err(Problem::Content("no text is read from it".to_owned())),
        };
        self.add(format!("{}\n{text}", part.name));
        Ok(())
    }

    fn picture(&mut self, name: String, bytes: &[u8]) -> Result<(), Problem> {
        if self.pictures >= MAX_PICTURES {
            return Err(Problem::Content(format!("{MAX_PICTURES} pictures are read")));
        }
        self.pictures += 1;
        let text = picture(self.services, bytes)?;
        self.add(format!("{name}\n{text}"));
        Ok(())
    }
}
