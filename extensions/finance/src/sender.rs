//! Sender of an email, as an organisation.

use crate::fields::label;
use crate::mail::Party;
use crate::text::fold;

/// Words of a sender's name that name a department, not the organisation.
const DEPARTMENTS: &str = "billing|invoice|invoices|invoicing|receipt|receipts|order|orders|payment|payments|support|service|services|customer|team|no|reply|noreply|notification|notifications|info|accounts|accounting|shop online|rechnung|rechnungen|rechnungsstelle|buchhaltung|kundenservice|bestellung|bestellungen|factures|facturation|facturacion|fatture|facturatie|ventes|via";

/// Second-level domains that stand before the organisation's own label.
const SECOND_LEVEL: [&str; 8] = ["co", "com", "org", "net", "ac", "gov", "or", "ne"];

/// Providers whose domain says nothing about the sender.
const MAILBOXES: [&str; 13] = [
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
];

/// Organisations that send receipts for what others sell: their domain names no seller.
const INTERMEDIARIES: [&str; 14] = [
    "paypal", "stripe", "klarna", "amazon", "ebay", "etsy", "apple", "google", "square",
    "squareup", "sumup", "adyen", "mollie", "zettle",
];

/// Returns the label of the sender's domain, where it is that of a seller.
pub(crate) fn seller_domain(author: &Party) -> Option<String> {
    let label = of_domain(author.address.as_deref()?)?.to_ascii_lowercase();
    (!INTERMEDIARIES.contains(&label.as_str())).then_some(label)
}

/// Returns the sender's organisation: the display name without `Billing` and the like, else the
/// domain.
pub(crate) fn organisation(party: &Party) -> Option<String> {
    let name =
        party.name.as_deref().filter(|name| !name.contains('@')).and_then(without_departments);
    name.or_else(|| party.address.as_deref().and_then(of_domain))
}

fn without_departments(name: &str) -> Option<String> {
    let is_department =
        |word: &&str| DEPARTMENTS.split('|').any(|department| fold(word) == department);
    let words: Vec<&str> = name.split_whitespace().collect();
    let tail =
        words.iter().rev().take_while(|word| is_department(word) || fold(word).is_empty()).count();
    let kept = words.get(..words.len() - tail).unwrap_or_default().join(" ");
    label(kept.trim_matches(|c: char| "\"',-|–".contains(c)).trim())
}

/// Returns the organisation of an address: `billing@mail.lamp-shop.co.uk` is of `lamp-shop`.
fn of_domain(address: &str) -> Option<String> {
    let (_, domain) = address.rsplit_once('@')?;
    let mut labels: Vec<&str> = domain.split('.').collect();
    labels.pop()?;
    if labels.len() > 1 && labels.last().is_some_and(|last| SECOND_LEVEL.contains(last)) {
        labels.pop();
    }
    let name =
        labels.last().filter(|name| !MAILBOXES.contains(&name.to_ascii_lowercase().as_str()))?;
    label(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: Option<&str>, address: &str) -> Option<String> {
        organisation(&Party { name: name.map(str::to_owned), address: Some(address.to_owned()) })
    }

    #[test]
    fn names_without_departments() {
        assert_eq!(of(Some("Lamp Shop Billing"), "x@y.example").as_deref(), Some("Lamp Shop"));
        assert_eq!(of(Some("Lamp Shop - Orders"), "x@y.example").as_deref(), Some("Lamp Shop"));
        assert_eq!(of(Some("Billing Team"), "x@mail.lamps.example").as_deref(), Some("lamps"));
    }

    #[test]
    fn domains_without_mailbox_providers() {
        assert_eq!(of(None, "billing@mail.lamp-shop.co.uk").as_deref(), Some("lamp-shop"));
        assert_eq!(of(None, "somebody@gmail.com"), None);
        assert_eq!(of(None, "nobody"), None);
    }
}
