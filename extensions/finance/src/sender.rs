//! Sender of an email, as an organisation.

use crate::fields::label;
use crate::mail::Party;

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
    let name = party
        .name
        .as_deref()
        .filter(|name| !name.contains('@'))
        .and_then(|name| label(ext_senders::without_department(name)));
    name.or_else(|| party.address.as_deref().and_then(of_domain))
}

/// Returns the organisation of an address: `billing@mail.lamp-shop.co.uk` is of `lamp-shop`.
fn of_domain(address: &str) -> Option<String> {
    let own = ext_senders::label_of_address(address)?;
    label(own).filter(|own| !ext_senders::is_mailbox_provider(own))
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
