//! Comparison of documents that may be about one purchase: an invoice downloaded twice, its order
//! confirmation, the receipt for it, a picture of it.
//!
//! The verdict on two documents follows from these two alone, so that what is booked does not depend
//! on the order in which they come ([`partition`]).

mod numbers;
pub(crate) mod partition;
mod seller;

use ext_amounts::Amount;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

use crate::fields::CREDIT_NOTE;
use crate::purchase::Purchase;
use crate::sender;
use crate::text::fold;
use numbers::Numbers;
use seller::{Likeness, Seller};

/// Days between documents of one invoice: it may be paid late.
const INVOICE_DAYS: i32 = 180;
/// Days between the documents of one order.
const ORDER_DAYS: i32 = 45;
/// Days between look-alikes that are shown to the person.
const REVIEW_DAYS: i32 = 3;
/// Shortest text that is known again as a whole, in bytes of its folded form.
const MIN_TEXT_BYTES: usize = 40;
/// Longest top of a text that is kept, in bytes.
const MAX_TOP_BYTES: usize = 600;
/// Hex digits of a hash that is compared.
const HASH_DIGITS: usize = 16;

/// Traits by which a purchase is known again. They are kept with each document's entry.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Traits {
    pub(crate) amount: Option<Amount>,
    pub(crate) date: Option<String>,
    currency: Option<String>,
    /// Numbers as entries of before have them, without their kinds.
    #[serde(default, rename = "numbers", skip_serializing)]
    old_numbers: Vec<String>,
    /// Numbers of the document.
    #[serde(default, rename = "ids")]
    pub(crate) numbers: Numbers,
    #[serde(default)]
    seller: Seller,
    /// Kind of document, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    /// The text comes from a scan: letters and digits may be others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) misread: bool,
    /// It is an electronic invoice, or carries one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) stated: bool,
    /// It reminds of a purchase, and is none itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) reminds: bool,
    /// Hash of the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Hash of the electronic invoice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data: Option<String>,
    /// Hash of the identity of the email around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// Hash of its sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// It is the email's body, or a part of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    body: bool,
    /// The imported file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<Uuid>,
}

/// Verdict on two documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// They are about one purchase; rules with lower numbers are surer.
    Same(u8, &'static str),
    /// A person has to tell.
    Review(&'static str),
    /// They contradict each other.
    Different,
    /// Nothing connects them.
    Unrelated,
}

/// Returns the traits of a purchase found in the imported file `file`.
pub(crate) fn traits(purchase: &Purchase<'_>, file: Uuid) -> Traits {
    let receipt = &purchase.answer.receipt;
    let text = &purchase.reading.text;
    let named = receipt.vendor.as_ref().is_none_or(|name| is_named(purchase, name));
    Traits {
        amount: receipt.amount,
        date: receipt.date.clone(),
        currency: receipt.currency.clone(),
        old_numbers: Vec::new(),
        numbers: numbers(purchase),
        seller: Seller {
            top: (!named).then(|| top(text)),
            name: receipt.vendor.clone().filter(|_| named),
            domain: purchase.email.and_then(|email| sender::seller_domain(email.author()?)),
            account: seller::account(text),
        },
        kind: receipt.document_type.clone(),
        misread: purchase.reading.from.is_scan(),
        stated: purchase.reading.invoice.is_some(),
        reminds: purchase.reminds,
        text: (!purchase.among_others).then(|| text_hash(text)).flatten(),
        data: purchase
            .reading
            .invoice
            .as_ref()
            .and_then(|invoice| serde_json::to_string(invoice).ok().map(|json| short_hash(&json))),
        email: purchase.email.map(|email| short_hash(&email.identity())),
        from: purchase
            .email
            .and_then(|email| email.from.first()?.address.as_deref())
            .map(short_hash),
        body: purchase.document.is_none(),
        file: Some(file),
    }
}

/// Returns whether a text names its seller; the name of a sender says little, who may have forwarded it.
fn is_named(purchase: &Purchase<'_>, name: &str) -> bool {
    purchase.document.is_some()
        || purchase.among_others
        || fold(&purchase.reading.text).contains(&fold(name))
}

fn top(text: &str) -> String {
    fold(text.get(..text.floor_char_boundary(MAX_TOP_BYTES)).unwrap_or(text))
}

/// Returns whether a reminder says of which purchase: by a number and an amount.
pub(crate) fn can_remind(purchase: &Purchase<'_>) -> bool {
    purchase.answer.receipt.amount.is_some() && !numbers(purchase).is_empty()
}

fn numbers(purchase: &Purchase<'_>) -> Numbers {
    if purchase.among_others {
        return Numbers::default();
    }
    let found = Numbers::of(&purchase.reading.text);
    let stated = purchase.reading.invoice.as_ref().and_then(|invoice| invoice.number.as_deref());
    match stated {
        Some(number) => found.stated(number),
        None => found,
    }
}

fn text_hash(text: &str) -> Option<String> {
    let folded = fold(text);
    (folded.len() >= MIN_TEXT_BYTES).then(|| short_hash(&folded))
}

fn short_hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().chars().take(HASH_DIGITS).collect()
}

impl Traits {
    /// Fills what entries of before keep elsewhere.
    pub(crate) fn with_fields(
        mut self,
        vendor: Option<String>,
        kind: Option<String>,
        file: Option<Uuid>,
    ) -> Self {
        self.seller.name = self.seller.name.or(vendor);
        self.kind = self.kind.or(kind);
        self.file = self.file.or(file);
        let old = std::mem::take(&mut self.old_numbers);
        if self.numbers.is_empty() {
            let is_year = |number: &String| number.len() == 4 && number.starts_with("20");
            self.numbers.other = old
                .iter()
                .filter(|number| !is_year(number))
                .filter_map(|n| numbers::normal(n))
                .collect();
        }
        self
    }

    /// Compares two documents.
    pub(crate) fn compare(&self, other: &Self) -> Verdict {
        let misread = self.misread || other.misread;
        let likeness = self.seller.likeness(&other.seller, misread);
        let together = self.come_together(other);
        if self.is_credit() != other.is_credit() || clash(&self.currency, &other.currency) {
            return Verdict::Different;
        }
        let share = self.numbers.share(&other.numbers);
        // Two readings of one purchase in an email may name its seller by two names.
        let is_other = likeness == Likeness::Other && !(together && (misread || share));
        if is_other || self.is_part_beside(other) {
            return Verdict::Different;
        }
        let equal = self.amount.zip(other.amount).is_some_and(|(one, two)| one == two);
        if !equal {
            return if share && likeness == Likeness::Same {
                Verdict::Review("the same number, with another amount")
            } else {
                Verdict::Unrelated
            };
        }
        self.compare_numbers(other, likeness, share, misread)
            .unwrap_or_else(|| self.compare_rest(other, likeness, together))
    }

    /// Compares the numbers of two documents over one amount; `None` where numbers tell nothing.
    fn compare_numbers(
        &self,
        other: &Self,
        likeness: Likeness,
        share: bool,
        misread: bool,
    ) -> Option<Verdict> {
        let days = self.days_to(other);
        let within = |most: i32| days.is_none_or(|days| days <= most);
        let invoices =
            self.numbers.invoice.iter().any(|number| other.numbers.invoice.contains(number));
        if self.numbers.contradict(&other.numbers) {
            // Digits of a scan are not sure enough to tell two purchases apart.
            return if misread { None } else { Some(Verdict::Different) };
        }
        if !share {
            return (!misread && self.both_numbered(other) && self.kind == other.kind)
                .then_some(Verdict::Different);
        }
        let known = likeness == Likeness::Same || days == Some(0);
        Some(match () {
            () if self.differs_from(other) => {
                Verdict::Review("the same number, on documents that differ")
            }
            () if known && invoices && within(INVOICE_DAYS) => {
                Verdict::Same(1, "the same seller and invoice number")
            }
            () if known && days == Some(0) => Verdict::Same(2, "the same seller, number and day"),
            () if known && self.complements(other) && within(ORDER_DAYS) => {
                Verdict::Same(3, "the same seller and order number, on documents of two kinds")
            }
            () => Verdict::Review("the same number and amount, on different days"),
        })
    }

    /// Compares what else there is of two documents over one amount.
    fn compare_rest(&self, other: &Self, likeness: Likeness, together: bool) -> Verdict {
        let days = self.days_to(other);
        let same_text = self.text.is_some() && self.text == other.text;
        if together && days.unwrap_or_default() == 0 && !(self.both_numbered(other)) {
            return Verdict::Same(4, "documents of one email, over one amount");
        }
        if same_text && !self.both_are_sent(other) {
            return Verdict::Same(5, "the same text");
        }
        if self.reminds || other.reminds {
            return Verdict::Unrelated;
        }
        if likeness == Likeness::Other || days.is_some_and(|days| days > REVIEW_DAYS) {
            return Verdict::Unrelated;
        }
        match (same_text, likeness) {
            (true, _) => Verdict::Review("the same text in two emails"),
            (false, Likeness::Same) => {
                Verdict::Review("the same seller, amount and day, without a common number")
            }
            (false, _) if days == Some(0) => {
                Verdict::Review("the same amount and day, without a seller")
            }
            (false, _) => Verdict::Unrelated,
        }
    }

    fn is_credit(&self) -> bool {
        self.kind.as_deref() == Some(CREDIT_NOTE)
    }

    /// Returns whether both came in one email or file.
    fn come_together(&self, other: &Self) -> bool {
        let in_emails = self.email.is_some() && other.email.is_some();
        in_emails && (self.email == other.email || self.file.is_some() && self.file == other.file)
    }

    /// Returns whether both are payments that one text lists.
    fn is_part_beside(&self, other: &Self) -> bool {
        self.body && other.body && self.email.is_some() && self.email == other.email
    }

    /// Returns whether both came in emails of one sender, who may have had two things to say.
    fn both_are_sent(&self, other: &Self) -> bool {
        let one_sender = self.from.is_some() && self.from == other.from;
        self.numbers.is_empty() && one_sender && self.email != other.email
    }

    /// Returns whether two documents of one kind are no copies of each other: other data in electronic
    /// invoices, or another text in a second email of the sender, who may have corrected the first.
    fn differs_from(&self, other: &Self) -> bool {
        let by_one_sender = self.from.is_some() && self.from == other.from;
        let sent_twice = by_one_sender && self.email != other.email && self.kind == other.kind;
        let kind_of_text = self.misread == other.misread && self.body == other.body;
        clash(&self.data, &other.data)
            || sent_twice && kind_of_text && clash(&self.text, &other.text)
    }

    fn both_numbered(&self, other: &Self) -> bool {
        !self.misread && !other.misread && !self.numbers.is_empty() && !other.numbers.is_empty()
    }

    /// Returns whether the documents are of two kinds, as an order and its invoice are.
    fn complements(&self, other: &Self) -> bool {
        self.kind.is_some() && other.kind.is_some() && self.kind != other.kind
    }

    /// Returns the days between the documents, where both have a date.
    fn days_to(&self, other: &Self) -> Option<i32> {
        let day = |date: &Option<String>| date.as_deref()?.parse::<Date>().ok();
        let (one, two) = (day(&self.date)?, day(&other.date)?);
        Some(one.until(two).ok()?.get_days().abs())
    }
}

fn clash(one: &Option<String>, two: &Option<String>) -> bool {
    one.is_some() && two.is_some() && one != two
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Traits of a document: vendor, date, kind, and its text.
    fn document(vendor: &str, date: &str, kind: &str, text: &str) -> Traits {
        let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Traits {
            amount: Amount::parse("9.00"),
            date: known(date),
            currency: Some("EUR".into()),
            numbers: Numbers::of(text),
            seller: Seller { name: known(vendor), ..Seller::default() },
            kind: known(kind),
            text: text_hash(text),
            ..Traits::default()
        }
    }

    fn in_email(email: &str, from: &str, traits: Traits) -> Traits {
        Traits { email: Some(email.into()), from: Some(from.into()), ..traits }
    }

    const INVOICE: &str = "Invoice number: AB-0001";
    const DAY: &str = "2026-01-05";

    fn assert_verdict(what: &str, one: &Traits, two: &Traits, wanted: &str) {
        let verdicts = [one.compare(two), two.compare(one)];
        assert_eq!(verdicts[0], verdicts[1], "{what}: it is the same both ways");
        let name = match verdicts[0] {
            Verdict::Same(..) => "same",
            Verdict::Review(_) => "review",
            Verdict::Different => "different",
            Verdict::Unrelated => "unrelated",
        };
        assert_eq!(name, wanted, "{what}: {:?}", verdicts[0]);
    }

    #[test]
    fn numbers_decide() {
        let invoice = document("Acme GmbH", DAY, "invoice", INVOICE);
        let of = |vendor, date, kind, text| document(vendor, date, kind, text);
        for (what, other, wanted) in [
            ("in other bytes", of("ACME", DAY, "invoice", INVOICE), "same"),
            (
                "its receipt",
                of("Acme", "2026-01-20", "receipt", "Invoice no AB-0001\nReceipt no 2345-678"),
                "same",
            ),
            ("paid late", of("Acme", "2026-04-20", "receipt", INVOICE), "same"),
            ("the number of another year", of("Acme", "2027-01-05", "invoice", INVOICE), "review"),
            ("another number", of("Acme", DAY, "invoice", "Invoice number: AB-0002"), "different"),
            (
                "the next month",
                of("Acme", "2026-02-05", "invoice", "Invoice number: AB-0002"),
                "different",
            ),
            ("another seller", of("Bolt AG", DAY, "invoice", INVOICE), "different"),
            ("no seller, that day", of("", DAY, "invoice", INVOICE), "same"),
            ("no seller, another day", of("", "2026-01-09", "invoice", INVOICE), "review"),
            ("a credit note", of("Acme", DAY, CREDIT_NOTE, INVOICE), "different"),
        ] {
            assert_verdict(what, &invoice, &other, wanted);
        }
    }

    #[test]
    fn a_corrected_invoice_is_shown_to_the_person() {
        let invoice = document("Acme", DAY, "invoice", INVOICE);
        let text = |hash: &str| Traits { text: Some(hash.into()), ..invoice.clone() };
        let (one, two) = (in_email("1", "s", text("a")), in_email("2", "s", text("b")));
        assert_verdict("another text in a second email", &one, &two, "review");
        assert_verdict(
            "the same text in a second email",
            &one,
            &in_email("2", "s", text("a")),
            "same",
        );
        assert_verdict("forwarded, and made anew", &one, &in_email("3", "me", text("b")), "same");
        assert_verdict("in one email", &one, &in_email("1", "s", text("b")), "same");
        let data = |hash: &str| Traits { data: Some(hash.into()), ..invoice.clone() };
        assert_verdict("other electronic data", &data("a"), &data("b"), "review");
        assert_verdict("the same electronic data", &data("a"), &data("a"), "same");
        assert_verdict("without them", &data("a"), &invoice, "same");
    }

    #[test]
    fn orders_and_their_invoices() {
        let order = document("Acme", DAY, "order_confirmation", "Order number: 55-1007");
        let of = |date, kind, text| document("Acme GmbH", date, kind, text);
        let named = "Invoice number: AB-0001\nOrder number: 55-1007";
        for (what, other, wanted) in [
            ("its invoice", of("2026-01-19", "invoice", named), "same"),
            ("much later", of("2026-06-05", "invoice", named), "review"),
            ("without the number, that day", of(DAY, "invoice", INVOICE), "review"),
            ("without the number, later", of("2026-01-19", "invoice", INVOICE), "unrelated"),
            (
                "a second order, that day",
                of(DAY, "order_confirmation", "Order number: 55-1008"),
                "different",
            ),
            (
                "the same contract a week later",
                of("2026-01-12", "order_confirmation", "Order number: 55-1007"),
                "review",
            ),
        ] {
            assert_verdict(what, &order, &other, wanted);
        }
    }

    #[test]
    fn amounts_and_currencies_come_first() {
        let invoice = document("Acme", DAY, "invoice", INVOICE);
        let with = |amount, currency: &str| Traits {
            amount,
            currency: Some(currency.into()),
            ..invoice.clone()
        };
        assert_verdict("another amount", &invoice, &with(Amount::parse("9.5"), "EUR"), "review");
        assert_verdict("no amount", &invoice, &with(None, "EUR"), "review");
        assert_verdict("another currency", &invoice, &with(Amount::parse("9"), "USD"), "different");
    }

    #[test]
    fn what_has_no_number() {
        let coffee = |date| {
            document(
                "Café Sonne",
                date,
                "receipt",
                "Café Sonne, coffee, thank you for your visit, see you soon",
            )
        };
        let one = coffee(DAY);
        assert_verdict("downloaded twice", &one, &coffee(DAY), "same");
        let (first, second) = (in_email("1", "s", one.clone()), in_email("2", "s", one.clone()));
        assert_verdict("two emails of the seller", &first, &second, "review");
        assert_verdict("forwarded", &first, &in_email("3", "me", one.clone()), "same");
        let other_text = Traits { text: None, ..one.clone() };
        assert_verdict("another text", &one, &other_text, "review");
        let later = Traits { date: Some("2026-01-15".into()), ..other_text.clone() };
        assert_verdict("ten days later", &one, &later, "unrelated");
    }

    #[test]
    fn documents_of_one_email() {
        let invoice = in_email("1", "s", document("Acme", DAY, "invoice", INVOICE));
        let picture =
            Traits { misread: true, ..document("Acne 6mbH", DAY, "", "Invoice number: A8-OOO1") };
        assert_verdict("and its picture", &invoice, &in_email("1", "s", picture.clone()), "same");
        assert_verdict(
            "a scan of another file",
            &invoice,
            &Traits { seller: invoice.seller.clone(), ..picture },
            "review",
        );
        let ticket = |number: &str| {
            in_email("1", "s", document("Bahn", DAY, "receipt", &format!("Ticket No: {number}")))
        };
        assert_verdict("two tickets", &ticket("100234"), &ticket("100235"), "different");
        let part =
            Traits { body: true, text: None, ..in_email("1", "s", document("Café", DAY, "", "")) };
        assert_verdict("two payments that an email lists", &part, &part.clone(), "different");
    }

    #[test]
    fn traits_of_before_are_read() {
        let old = serde_json::json!({
            "amount": 9.0, "date": DAY, "currency": "EUR", "numbers": ["2026", "AB-0001"]
        });
        let old: Traits = serde_json::from_value(old).unwrap();
        let old = old.with_fields(Some("Acme".into()), Some("invoice".into()), None);
        assert_eq!(old.numbers.other, ["AB0001"]);
        assert_verdict("of before", &document("Acme GmbH", DAY, "invoice", INVOICE), &old, "same");
        let again: Traits = serde_json::from_value(serde_json::to_value(&old).unwrap()).unwrap();
        assert_eq!(again, old);
    }
}
