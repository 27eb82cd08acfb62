//! Comparison of documents that may be about one purchase: an invoice downloaded twice, its order
//! confirmation, the receipt for it, a picture of it.
//!
//! The verdict on two documents follows from these two alone, so that what is booked does not depend
//! on the order in which they come ([`partition`]).

mod numbers;
pub(crate) mod partition;
mod seller;
mod words;

use ext_amounts::Amount;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

use crate::fields::CREDIT_NOTE;
use crate::purchase::Purchase;
use crate::sender;
use crate::text::{fold, short_hash};
pub(crate) use numbers::{Numbers, normal};
use seller::{Likeness, Seller};
pub(crate) use seller::{are_other as are_other_sellers, words as seller_words};

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
    /// The imported file, but for emails that stand in it side by side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<Uuid>,
    /// Words of a document that came in an email and has no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    words: Option<String>,
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
    let numbers = numbers(purchase);
    let is_attached = purchase.document.is_some() && purchase.email.is_some();
    let is_side_by_side = purchase.email.is_some_and(|email| email.is_beside_others);
    Traits {
        amount: receipt.amount,
        date: receipt.date.clone(),
        currency: receipt.currency.clone(),
        old_numbers: Vec::new(),
        words: (is_attached && numbers.is_empty()).then(|| words::of(text)).flatten(),
        numbers,
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
        file: (!is_side_by_side).then_some(file),
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
            if self.says_other_than(other) {
                return Verdict::Review("documents of one email with other words, over one amount");
            }
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

    /// Returns the hash of the email around it.
    pub(crate) fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// Returns the hash of its text.
    pub(crate) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Returns the imported file.
    pub(crate) const fn file(&self) -> Option<Uuid> {
        self.file
    }

    fn is_credit(&self) -> bool {
        self.kind.as_deref() == Some(CREDIT_NOTE)
    }

    /// Returns whether both came in one email, or in two of which one is in the other.
    fn come_together(&self, other: &Self) -> bool {
        let in_emails = self.email.is_some() && other.email.is_some();
        in_emails && (self.email == other.email || self.file.is_some() && self.file == other.file)
    }

    /// Returns whether two documents of one kind in an email are no copies of each other: each has words of
    /// its own. A picture beside what it shows is one.
    fn says_other_than(&self, other: &Self) -> bool {
        let (Some(one), Some(two)) = (&self.words, &other.words) else { return false };
        let is_alike = self.email == other.email && self.kind == other.kind;
        is_alike && self.misread == other.misread && words::differ(one, two, self.misread)
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
mod tests;
