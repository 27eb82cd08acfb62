//! Former versions of the items of other programs.

use jiff::Timestamp;

use crate::item::Item;

/// A former password, and when it was replaced.
pub(super) struct Replaced {
    pub(super) password: String,
    pub(super) at: Option<Timestamp>,
}

/// Makes former versions of an item out of its former passwords, the last one first.
pub(super) fn of_passwords(item: &Item, mut passwords: Vec<Replaced>) -> Vec<Item> {
    passwords.retain(|former| !former.password.is_empty());
    passwords.sort_by_key(|former| std::cmp::Reverse(former.at));
    // A password was made when the one before it was replaced.
    let made = passwords.iter().skip(1).map(|former| former.at).chain([None]);
    let version = |(former, made): (&Replaced, Option<Timestamp>)| {
        let mut version = item.clone();
        version.set("password", former.password.as_str());
        version.updated_at = made.unwrap_or(item.created_at);
        version.password_changed_at = Some(version.updated_at);
        version
    };
    passwords.iter().zip(made).map(version).collect()
}

/// Returns since when the password of an item is what it is, by its former versions, the last one first.
pub(super) fn password_since(item: &Item, former: &[Item]) -> Option<Timestamp> {
    let password = item.get("password")?;
    let same = former.iter().take_while(|version| version.get("password") == Some(password));
    Some(same.last().unwrap_or(item).updated_at)
}
