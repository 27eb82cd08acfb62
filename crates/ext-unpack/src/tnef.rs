//! `winmail.dat`: the Transport Neutral Encapsulation Format of Outlook (MS-OXTNEF).
//!
//! A stream of attributes, first those of the message, then those of each attachment. Checksums are
//! not compared: what can be read is.

use crate::mapi::{self, Properties};
use crate::text::narrow;
use crate::{Budget, Item, Role, UnpackError};

const CONTAINER: &str = "winmail.dat";
/// The four bytes at the beginning.
pub(crate) const MARK: &[u8] = &[0x78, 0x9f, 0x3e, 0x22];
/// Bytes before the first attribute: the mark, and a key.
const HEAD_BYTES: usize = 6;
/// Most attributes that are looked at; a message has some fifty.
const MAX_ATTRIBUTES: usize = 10_000;

const BODY: u32 = 0x0002_800c;
const MESSAGE_PROPERTIES: u32 = 0x0006_9003;
const ATTACHMENT_BEGINS: u32 = 0x0006_9002;
const ATTACHMENT_TITLE: u32 = 0x0001_8010;
const ATTACHMENT_DATA: u32 = 0x0006_800f;
const ATTACHMENT_PROPERTIES: u32 = 0x0006_9005;

/// One attribute.
struct Attribute<'a> {
    id: u32,
    data: &'a [u8],
}

/// An attachment of which attributes were seen.
#[derive(Default)]
struct Attachment<'a> {
    title: Option<String>,
    data: Option<&'a [u8]>,
    properties: Properties<'a>,
}

/// Takes out the attachments and the texts of the message.
pub(crate) fn open(bytes: &[u8], budget: &mut Budget) -> Result<Vec<Item>, UnpackError> {
    let mut rest = bytes.get(HEAD_BYTES..).unwrap_or_default();
    let mut items = Vec::new();
    let mut attachment: Option<Attachment<'_>> = None;
    for _ in 0..MAX_ATTRIBUTES {
        if rest.is_empty() {
            break;
        }
        let Some(attribute) = take(&mut rest) else {
            items.extend(attachment.take().map(|last| last.item(budget)));
            let error = UnpackError::malformed(CONTAINER, "an attribute is cut off");
            items.push(Item::file(Some("the rest of the file".to_owned()), Err(error)));
            return Ok(items);
        };
        match (attribute.id, &mut attachment) {
            (BODY, None) => body(attribute.data, "body.txt", budget, &mut items),
            (MESSAGE_PROPERTIES, None) => bodies(attribute.data, budget, &mut items),
            (ATTACHMENT_BEGINS, last) => {
                items.extend(last.replace(Attachment::default()).map(|last| last.item(budget)));
            }
            (ATTACHMENT_TITLE, Some(open)) => open.title = Some(narrow(attribute.data)),
            (ATTACHMENT_DATA, Some(open)) => open.data = Some(attribute.data),
            (ATTACHMENT_PROPERTIES, Some(open)) => {
                open.properties = Properties::read(attribute.data);
            }
            _ => {}
        }
    }
    items.extend(attachment.map(|last| last.item(budget)));
    Ok(items)
}

/// Takes the next attribute off the stream: level, id, length, data, checksum.
fn take<'a>(rest: &mut &'a [u8]) -> Option<Attribute<'a>> {
    let (_, behind) = rest.split_first()?;
    let (id, behind) = behind.split_first_chunk::<4>()?;
    let (len, behind) = behind.split_first_chunk::<4>()?;
    let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
    let (data, behind) = behind.split_at_checked(len)?;
    // The checksum of the last one may be missing.
    *rest = behind.get(2..).unwrap_or_default();
    Some(Attribute { id: u32::from_le_bytes(*id), data })
}

fn body(data: &[u8], name: &str, budget: &mut Budget, items: &mut Vec<Item>) {
    if data.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return;
    }
    let data = data.strip_suffix(b"\0").unwrap_or(data);
    let bytes = budget.take_file().and_then(|()| budget.copy(data));
    items.push(Item { name: Some(name.to_owned()), role: Role::Body, bytes });
}

fn bodies(data: &[u8], budget: &mut Budget, items: &mut Vec<Item>) {
    let properties = Properties::read(data);
    if let Some(html) = properties.bytes(mapi::BODY_HTML) {
        body(html, "body.html", budget, items);
    }
    if let Some(text) = properties.text(mapi::BODY) {
        body(text.as_bytes(), "body.txt", budget, items);
    }
    if let Some(rtf) = properties.bytes(mapi::RTF_COMPRESSED) {
        body(rtf, "body.rtf", budget, items);
    }
}

impl Attachment<'_> {
    fn item(self, budget: &mut Budget) -> Item {
        let name = [mapi::ATTACH_LONG_FILENAME, mapi::ATTACH_FILENAME]
            .into_iter()
            .find_map(|id| self.properties.text(id))
            .or(self.title)
            .filter(|name| !name.is_empty());
        let held = self.properties.bytes(mapi::ATTACH_DATA).map(without_interface_id);
        let data = held.or(self.data).unwrap_or_default();
        let bytes = budget.take_file().and_then(|()| budget.copy(data));
        Item::file(name, bytes)
    }
}

/// Returns an embedded message without the id of its interface, which stands before its mark.
fn without_interface_id(data: &[u8]) -> &[u8] {
    const ID_BYTES: usize = 16;
    match data.get(ID_BYTES..) {
        Some(behind) if behind.starts_with(MARK) => behind,
        _ => data,
    }
}
