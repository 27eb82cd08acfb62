//! Organisations behind the senders of emails and behind hosts.
//!
//! ```
//! assert_eq!(ext_senders::own_label("mail.lamp-shop.co.uk"), Some("lamp-shop"));
//! assert_eq!(ext_senders::without_department("Lamp Shop - Billing"), "Lamp Shop");
//! assert!(ext_senders::is_mailbox_provider("gmail"));
//! ```
//!
//! # Not in this crate
//!
//! Reading the headers of emails; deciding who of several names is the seller.
#![forbid(unsafe_code)]

/// Words of a sender's name that name a department, not the organisation.
const DEPARTMENTS: &str = "billing invoice invoices invoicing receipt receipts order orders payment payments support service services customer team no reply noreply notification notifications info accounts accounting online rechnung rechnungen rechnungsstelle buchhaltung kundenservice bestellung bestellungen factures facturation facturacion facturación fatture facturatie ventes via";
/// Second-level domains that stand before the organisation's own label.
const SECOND_LEVEL: [&str; 8] = ["co", "com", "org", "net", "ac", "gov", "or", "ne"];
/// Providers whose domain says nothing about the sender; names that stand for nobody.
const MAILBOXES: [&str; 15] = [
    "gmail",
    "googlemail",
    "outlook",
    "hotmail",
    "live",
    "yahoo",
    "icloud",
    "gmx",
    "web",
    "aol",
    "proton",
    "protonmail",
    "t-online",
    "example",
    "localhost",
];

/// Returns the label of a host that is its organisation's own.
#[must_use]
pub fn own_label(host: &str) -> Option<&str> {
    let mut labels = host.rsplit('.').skip(1);
    let label = labels.next()?;
    let is_shared = SECOND_LEVEL.contains(&label.to_ascii_lowercase().as_str());
    let own = labels.next().filter(|_| is_shared).unwrap_or(label);
    (!own.is_empty()).then_some(own)
}

/// Returns the own label of an address's host.
#[must_use]
pub fn label_of_address(address: &str) -> Option<&str> {
    own_label(address.trim().rsplit_once('@')?.1)
}

/// Returns whether a label is that of a provider of mailboxes.
#[must_use]
pub fn is_mailbox_provider(label: &str) -> bool {
    MAILBOXES.contains(&label.to_ascii_lowercase().as_str())
}

/// Returns a sender's name without the words at its end that name a department, and without marks
/// around it. What is left may be empty.
#[must_use]
pub fn without_department(name: &str) -> &str {
    let mut rest = name.trim();
    while let Some(last) = rest.split_whitespace().next_back().filter(|word| is_department(word)) {
        rest = rest.get(..rest.len() - last.len()).unwrap_or_default().trim_end();
    }
    rest.trim_matches(|c: char| "\"',-|–".contains(c) || c.is_whitespace())
}

/// Returns whether all parts of a word name a department; marks alone do.
fn is_department(word: &str) -> bool {
    let lower = word.to_lowercase();
    let mut parts = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.all(|part| DEPARTMENTS.split(' ').any(|known| known == part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_label_stands_before_shared_ones() {
        for (host, label) in [
            ("lamps.example", Some("lamps")),
            ("mail.lamp-shop.co.uk", Some("lamp-shop")),
            ("www.lamps.com.br", Some("lamps")),
            ("co.uk", Some("co")),
            ("localhost", None),
            ("", None),
        ] {
            assert_eq!(own_label(host), label, "{host}");
        }
        assert_eq!(label_of_address("pay@mail.lamps.example"), Some("lamps"));
        assert_eq!(label_of_address("nobody"), None);
    }

    #[test]
    fn departments_end_a_name() {
        for (name, organisation) in [
            ("Lamp Shop Billing", "Lamp Shop"),
            ("Lamp Shop - Orders", "Lamp Shop"),
            ("\"Lamp Shop\" no-reply", "Lamp Shop"),
            ("Billing Team", ""),
            ("Service Station Lane", "Service Station Lane"),
            ("Läden & Söhne", "Läden & Söhne"),
        ] {
            assert_eq!(without_department(name), organisation, "{name}");
        }
    }
}
