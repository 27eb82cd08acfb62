//! The values of single fields: each type can only hold what its field may hold.

use std::{fmt, marker::PhantomData, num::NonZeroU32};

use ext_wire::{event, is_segment, text::is_hidden};
use semver::Version;
use serde::{Deserialize, Deserializer, de};

/// The ids that no extension may have: families of the host's own operations.
pub const RESERVED_IDS: &[&str] = &[
    "ai",
    "audit",
    "config",
    "copies",
    "core",
    "credentials",
    "events",
    "extensions",
    "http",
    "jobs",
    "libraries",
    "locations",
    "mail",
    "media",
    "models",
    "permission",
    "permissions",
    "schedules",
    "search",
    "secret_store",
    "secrets",
    "settings",
    "vdfs",
    "work",
];

/// A JSON object.
///
/// Derived structs also take an array of their fields in order, a second way to write a manifest that
/// no reader expects.
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> de::Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(de::value::MapAccessDeserializer::new(map)).map(Object)
    }
}

/// A whole number from `MIN` to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Int<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Int<MIN, MAX> {
    pub(crate) const fn get(self) -> u32 {
        self.0
    }

    /// Returns the number, which is in a range from 1.
    pub(crate) fn non_zero(self) -> NonZeroU32 {
        NonZeroU32::new(self.0).unwrap_or(NonZeroU32::MIN)
    }
}

impl<'de, const MIN: u32, const MAX: u32> Deserialize<'de> for Int<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_u32(IntVisitor::<MIN, MAX>)
    }
}

struct IntVisitor<const MIN: u32, const MAX: u32>;

impl<const MIN: u32, const MAX: u32> de::Visitor<'_> for IntVisitor<MIN, MAX> {
    type Value = Int<MIN, MAX>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from {MIN} to {MAX}")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        let small = u32::try_from(number).ok().filter(|small| (MIN..=MAX).contains(small));
        small.map(Int).ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        Err(E::invalid_value(de::Unexpected::Signed(number), &self))
    }
}

/// A whole number from 0 to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount<const MAX: u64>(u64);

impl<const MAX: u64> Amount<MAX> {
    pub(crate) const fn get(self) -> u64 {
        self.0
    }
}

impl<'de, const MAX: u64> Deserialize<'de> for Amount<MAX> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match u64::deserialize(from)? {
            number if number <= MAX => Ok(Self(number)),
            number => Err(de::Error::invalid_value(
                de::Unexpected::Unsigned(number),
                &format!("a whole number from 0 to {MAX}").as_str(),
            )),
        }
    }
}

/// Declares a private newtype over `String` with its check and its deserialization.
macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize)]
        #[serde(try_from = "String")]
        pub(crate) struct $name(pub(crate) String);

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                $check(&text)?;
                Ok(Self(text))
            }
        }
    };
}

checked_text!(
    /// An extension's id.
    Id,
    check_id
);
checked_text!(
    /// The file name of the wasm.
    WasmFile,
    check_wasm_file
);
checked_text!(
    /// The URL of a web page.
    Homepage,
    check_homepage
);
checked_text!(
    /// The name of a command or an argument.
    CommandName,
    check_command
);
checked_text!(
    /// The id of a view.
    ViewId,
    check_view
);
checked_text!(
    /// The kind of an event.
    EventKind,
    check_event
);

/// Text that is shown to people: `MIN` to `MAX` characters, none of them hidden.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Text<const MIN: usize, const MAX: usize>(pub(crate) String);

impl<const MIN: usize, const MAX: usize> TryFrom<String> for Text<MIN, MAX> {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let length = text.chars().count();
        if !(MIN..=MAX).contains(&length) {
            return Err(format!("it has {length} characters, expected {MIN} to {MAX}"));
        }
        if text.trim() != text {
            return Err("it starts or ends with white space".into());
        }
        match text.chars().find(|c| is_hidden(*c)) {
            Some(c) => Err(format!("it has the hidden character {}", c.escape_unicode())),
            None => Ok(Self(text)),
        }
    }
}

/// Longest version, in bytes.
const MAX_VERSION_BYTES: usize = 128;

/// Largest of the three numbers of a version: no later one could outbid the largest that fits 64 bits.
const MAX_VERSION_PART: u64 = 999_999_999;

/// A semantic version.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct SemVer(pub(crate) Version);

impl TryFrom<String> for SemVer {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.len() > MAX_VERSION_BYTES {
            let bytes = text.len();
            return Err(format!("it has {bytes} bytes, the limit is {MAX_VERSION_BYTES}"));
        }
        let version = Version::parse(&text)
            .map_err(|error| format!("`{text}`: {error}, expected a version such as 1.2.3"))?;
        let parts = [version.major, version.minor, version.patch];
        match parts.iter().find(|part| **part > MAX_VERSION_PART) {
            Some(part) => Err(format!("`{text}`: {part} is more than {MAX_VERSION_PART}")),
            None => Ok(Self(version)),
        }
    }
}

fn check_id(id: &str) -> Result<(), String> {
    if RESERVED_IDS.contains(&id) {
        return Err(format!("`{id}` is a family of the host's own operations: choose another id"));
    }
    match is_segment(id) && (2..=64).contains(&id.len()) {
        true => Ok(()),
        false => Err(format!(
            "`{id}` is not a valid id: write 2 to 64 of a-z, 0-9 and single `_` between them, a letter \
             first"
        )),
    }
}

fn check_wasm_file(name: &str) -> Result<(), String> {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    let stem = name.strip_suffix(".wasm").unwrap_or_default();
    let safe = plain && !name.contains("..") && !name.starts_with(['.', '-']);
    match safe && !stem.is_empty() && name.len() <= 128 {
        true => Ok(()),
        false => Err(format!(
            "`{name}` is not a plain file name ending in .wasm: write up to 128 of A-Z, a-z, 0-9, \
             `_`, `-` and single dots, as in finance.wasm"
        )),
    }
}

fn check_command(name: &str) -> Result<(), String> {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    let starts = name.starts_with(|first: char| first.is_ascii_lowercase());
    match starts && name.split('-').all(is_word) && name.len() <= 32 {
        true => Ok(()),
        false => Err(format!(
            "`{name}` is not a name of a command: write up to 32 of a-z, 0-9 and single `-` between \
             them, a letter first"
        )),
    }
}

fn check_view(id: &str) -> Result<(), String> {
    match is_segment(id) && id.len() <= 64 {
        true => Ok(()),
        false => Err(format!(
            "`{id}` is not the id of a view: write up to 64 of a-z, 0-9 and single `_` between them, a \
             letter first"
        )),
    }
}

fn check_homepage(url: &str) -> Result<(), String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let plain = url.len() <= 2048 && url.bytes().all(|b| b.is_ascii_graphic());
    match plain && rest.is_some_and(|rest| !rest.is_empty()) {
        true => Ok(()),
        false => Err(format!(
            "`{url}` is not a valid URL: write one such as https://example.com/finance"
        )),
    }
}

fn check_event(kind: &str) -> Result<(), String> {
    match event::is_kind(kind) {
        true => Ok(()),
        false => Err(format!(
            "`{kind}` is not a kind of event: write one of {}, or `ext.<id>.<name>` for what the \
             extension <id> publishes",
            event::KINDS.join(", ")
        )),
    }
}
