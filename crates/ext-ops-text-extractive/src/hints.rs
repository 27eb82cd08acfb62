//! Hints of the question itself about a document: the email that it came with.

use crate::fold::words;
use crate::organisations::is_host;

/// Sender and subject of the email around a document, as lines `From: …` and `Subject: …` of the
/// question say them. Anybody can write them, so they are evidence beside the text's own.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Hints {
    /// Display name, without words for a department.
    pub(crate) sender: Option<String>,
    /// Own label of the sender's domain: `lamp-shop` of `mail.lamp-shop.co.uk`.
    pub(crate) domain: Option<String>,
    /// Folded words, with a space around each.
    pub(crate) subject: String,
}

impl Hints {
    /// Reads the lines of a question.
    pub(crate) fn of(prompt: &str) -> Self {
        let line = |name: &str| prompt.lines().find_map(|line| line.strip_prefix(name));
        let from = line("From: ").unwrap_or("");
        let (name, address) = from.rsplit_once('<').unwrap_or(("", from));
        let subject = line("Subject: ").map(words).unwrap_or_default();
        Self {
            sender: organisation(name.trim().trim_matches('"')),
            domain: domain(address.trim_end_matches('>')),
            subject: format!(" {} ", subject.join(" ")),
        }
    }

    /// Returns whether the subject has all words of a name, in order.
    pub(crate) fn names(&self, name: &str) -> bool {
        let name = words(name).join(" ");
        name.len() >= 3 && self.subject.contains(&format!(" {name} "))
    }
}

fn organisation(name: &str) -> Option<String> {
    let kept = ext_senders::without_department(name).to_owned();
    (kept.chars().count() >= 2 && !kept.contains('@') && !is_host(&kept)).then_some(kept)
}

fn domain(address: &str) -> Option<String> {
    let label = ext_senders::label_of_address(address)?;
    let own = label.to_lowercase().replace('-', "");
    (own.len() >= 3 && !ext_senders::is_mailbox_provider(label)).then_some(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sender_is_an_organisation() {
        let hints = Hints::of(
            "What is it?\nFrom: \"Lamp Shop Billing\" <pay@mail.lamp-shop.co.uk>\nSubject: Your Invoice from LAMP Shop",
        );
        assert_eq!(hints.sender.as_deref(), Some("Lamp Shop"));
        assert_eq!(hints.domain.as_deref(), Some("lampshop"));
        assert!(hints.names("Lamp shop") && !hints.names("Lamp shops"));
    }

    #[test]
    fn mailbox_providers_say_nothing() {
        let hints = Hints::of("From: Ada <ada@gmail.com>");
        assert_eq!((hints.sender.as_deref(), hints.domain), (Some("Ada"), None));
        assert_eq!(Hints::of("What is it?").sender, None);
    }
}
