//! Items: what a vault keeps.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spacedrive_sdk::wire::SecretText;

/// The kind of an item.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An account, with a user name and a password.
    #[default]
    Login,
    /// A text.
    Note,
    /// A payment card.
    Card,
    /// A person's name, address and numbers.
    Identity,
    /// A seed of one-time passwords, without an account.
    Totp,
    /// A pair of SSH keys.
    SshKey,
}

/// The fields that are not shown unless asked for, and are never arguments of a command.
const HIDDEN: [&str; 8] =
    ["password", "totp", "number", "code", "pin", "private_key", "passphrase", "ssn"];

impl Kind {
    /// Returns the name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Note => "note",
            Self::Card => "card",
            Self::Identity => "identity",
            Self::Totp => "totp",
            Self::SshKey => "ssh-key",
        }
    }

    /// Returns the hidden fields that a new item of this kind is asked for.
    pub(crate) const fn asked_for(self) -> &'static [&'static str] {
        match self {
            Self::Login => &["password"],
            Self::Card => &["number", "code"],
            Self::Totp => &["totp"],
            Self::Note | Self::Identity | Self::SshKey => &[],
        }
    }
}

/// A field of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its name; several fields may have one name, such as `url`.
    pub name: String,
    /// Its value.
    pub value: SecretText,
    /// True when it is not shown unless asked for.
    #[serde(default)]
    pub hidden: bool,
}

/// A file that is kept with an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its id, by which the item's entry names the encrypted sidecar.
    pub id: String,
}

/// An item, as it is inside of its encryption.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its kind.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// Its folder, as the person named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// True for one that the person marked.
    #[serde(default)]
    pub favorite: bool,
    /// A text of any length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<SecretText>,
    /// Its fields, in the order of their making.
    #[serde(default)]
    pub fields: Vec<Field>,
    /// Its files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Time of its making.
    #[serde(default)]
    pub created_at: Timestamp,
    /// Time of its last change.
    #[serde(default)]
    pub updated_at: Timestamp,
    /// Time of the last change of its password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_changed_at: Option<Timestamp>,
    /// Time at which it was deleted: it can be brought back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
}

impl Item {
    /// Makes an item of a kind.
    #[must_use]
    pub fn new(kind: Kind, title: &str) -> Self {
        let now = Timestamp::now();
        Self { kind, title: title.into(), created_at: now, updated_at: now, ..Self::default() }
    }

    /// Returns the first field of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&SecretText> {
        self.fields.iter().find(|field| field.name == name).map(|field| &field.value)
    }

    /// Returns all fields of a name.
    pub fn all<'i>(&'i self, name: &'i str) -> impl Iterator<Item = &'i SecretText> {
        self.fields.iter().filter(move |field| field.name == name).map(|field| &field.value)
    }

    /// Sets the first field of a name, and removes it where the value is empty.
    pub fn set(&mut self, name: &str, value: impl Into<SecretText>) {
        let value = value.into();
        if name == "password" && self.get(name) != Some(&value) {
            self.password_changed_at = Some(Timestamp::now());
        }
        let place = self.fields.iter().position(|field| field.name == name);
        match (place, value.expose().is_empty()) {
            (Some(at), true) => drop(self.fields.remove(at)),
            (Some(at), false) => {
                if let Some(field) = self.fields.get_mut(at) {
                    field.value = value;
                }
            }
            (None, true) => {}
            (None, false) => self.add(name, value),
        }
    }

    /// Adds a field beside others of its name.
    pub fn add(&mut self, name: &str, value: impl Into<SecretText>) {
        let (name, hidden) = (name.to_owned(), is_hidden(name));
        self.fields.push(Field { name, value: value.into(), hidden });
    }

    /// Tells whether a text stands in what identifies the item: title, folder, tags, user name, URLs.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let shown = ["username", "url"].into_iter().flat_map(|name| self.all(name));
        let words = [&self.title].into_iter().chain(&self.folder).chain(&self.tags);
        let words = words.map(String::as_str).chain(shown.map(SecretText::expose));
        words.map(str::to_lowercase).any(|word| word.contains(&text))
    }
}

/// Tells whether a field of this name is hidden, whatever the item is.
#[must_use]
pub fn is_hidden(name: &str) -> bool {
    HIDDEN.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setting_a_field_replaces_removes_and_notes_the_time() {
        let mut item = Item::new(Kind::Login, "Mail");
        item.set("username", "ann");
        assert_eq!(item.password_changed_at, None);
        item.set("password", "one");
        let first = item.password_changed_at.unwrap();
        item.set("password", "one");
        assert_eq!(item.password_changed_at, Some(first));
        assert!(item.fields.iter().any(|field| field.name == "password" && field.hidden));
        item.set("username", "");
        assert_eq!(item.get("username"), None);
        assert_eq!(item.fields.len(), 1);
    }

    #[test]
    fn search_looks_at_what_identifies_an_item_and_at_nothing_secret() {
        let mut item = Item::new(Kind::Login, "Mail");
        item.set("username", "Ann@example.org");
        item.set("password", "swordfish");
        item.notes = Some("swordfish".into());
        assert!(item.matches("ann@") && item.matches("MAIL"));
        assert!(!item.matches("swordfish"));
    }
}
