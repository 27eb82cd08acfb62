//! Properties of MAPI, as they stand in `winmail.dat` (MS-OXTNEF, section 2.1.3.4).

use std::collections::BTreeMap;

use crate::text::{narrow, wide};

/// The plain text of a message.
pub(crate) const BODY: u16 = 0x1000;
/// The HTML of a message.
pub(crate) const BODY_HTML: u16 = 0x1013;
/// The text of a message in compressed RTF.
pub(crate) const RTF_COMPRESSED: u16 = 0x1009;
/// The bytes of an attachment.
pub(crate) const ATTACH_DATA: u16 = 0x3701;
/// Its short name.
pub(crate) const ATTACH_FILENAME: u16 = 0x3704;
/// Its name.
pub(crate) const ATTACH_LONG_FILENAME: u16 = 0x3707;

/// Most properties, and most values of one property.
const MAX_PROPERTIES: u32 = 10_000;
/// Ids from here on have a name of their own.
const NAMED: u16 = 0x8000;

const STRING: u16 = 0x001e;
const UNICODE: u16 = 0x001f;
const OBJECT: u16 = 0x000d;
const BINARY: u16 = 0x0102;
/// Bit of a type with several values.
const MULTIPLE: u16 = 0x1000;

/// Properties with a text or bytes, by id, with their type.
#[derive(Debug, Default)]
pub(crate) struct Properties<'a> {
    values: BTreeMap<u16, (u16, &'a [u8])>,
}

impl<'a> Properties<'a> {
    /// Reads as many properties as can be read.
    pub(crate) fn read(data: &'a [u8]) -> Self {
        let mut properties = Self::default();
        let mut rest = Reader { rest: data };
        let count = rest.u32().unwrap_or_default().min(MAX_PROPERTIES);
        for _ in 0..count {
            let Some((id, kind, value)) = rest.property() else { break };
            if let Some(value) = value {
                properties.values.entry(id).or_insert((kind, value));
            }
        }
        properties
    }

    pub(crate) fn bytes(&self, id: u16) -> Option<&'a [u8]> {
        self.values.get(&id).map(|(_, value)| *value)
    }

    pub(crate) fn text(&self, id: u16) -> Option<String> {
        self.values.get(&id).map(|(kind, value)| match *kind {
            UNICODE => wide(value),
            _ => narrow(value),
        })
    }
}

/// Reader of numbers and padded values.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        let (bytes, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(u16::from_le_bytes(*bytes))
    }

    fn u32(&mut self) -> Option<u32> {
        let (bytes, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(u32::from_le_bytes(*bytes))
    }

    /// Reads a length, and as many bytes, padded to a multiple of four.
    fn sized(&mut self) -> Option<&'a [u8]> {
        let len = usize::try_from(self.u32()?).ok()?;
        let value = self.take(len)?;
        let padding = len.next_multiple_of(4) - len;
        self.rest = self.rest.get(padding..).unwrap_or_default();
        Some(value)
    }

    /// Reads id, type and value; the value only of texts and bytes.
    fn property(&mut self) -> Option<(u16, u16, Option<&'a [u8]>)> {
        let kind = self.u16()?;
        let id = self.u16()?;
        if id >= NAMED {
            self.name()?;
        }
        Some((id, kind & !MULTIPLE, self.value(kind)?))
    }

    /// Skips the name of a property: an id, then a number or a text.
    fn name(&mut self) -> Option<()> {
        self.take(16)?;
        match self.u32()? {
            0 => self.u32().map(|_| ()),
            _ => self.sized().map(|_| ()),
        }
    }

    fn value(&mut self, kind: u16) -> Option<Option<&'a [u8]>> {
        let base = kind & !MULTIPLE;
        if matches!(base, STRING | UNICODE | OBJECT | BINARY) {
            let count = self.u32()?.min(MAX_PROPERTIES);
            let mut first = None;
            for _ in 0..count {
                let value = self.sized()?;
                first.get_or_insert(value);
            }
            return Some(first);
        }
        let count = if kind & MULTIPLE == 0 { 1 } else { self.u32()?.min(MAX_PROPERTIES) };
        for _ in 0..count {
            self.take(width(base)?)?;
        }
        Some(None)
    }
}

/// Returns the bytes of a value of a fixed width, with their padding.
const fn width(kind: u16) -> Option<usize> {
    match kind {
        // Short and boolean are padded; error, long, float.
        0x0002..=0x0004 | 0x000a | 0x000b => Some(4),
        // Double, currency, time of an app, integer, time.
        0x0005..=0x0007 | 0x0014 | 0x0040 => Some(8),
        // A class id.
        0x0048 => Some(16),
        _ => None,
    }
}
