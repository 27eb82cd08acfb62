//! Several purchases in one document: a stack of receipts that was scanned into one PDF, the invoices of a
//! marketplace's sellers, a month of invoices in one download.
//!
//! A page begins a purchase of its own only where it is a receipt by itself and contradicts the one before
//! it: by the invoice's number, or by seller and amount where no page has one. A page that the one before
//! names, as a collective invoice does, belongs to it.

use ext_amounts::{Amount, Found, Spaces, scan};
use spacedrive_sdk::Result;
use spacedrive_sdk::prelude::*;

use crate::classify;
use crate::credit_title;
use crate::dedupe::{Numbers, are_other_sellers};
use crate::fields::{self, Answer};
use crate::mail::Email;
use crate::sent;
use crate::text::{Phrases, fold, says};

/// Most pages of a document that are looked at for purchases of their own.
const MAX_PAGES: usize = 100;
/// Least confidence in a seller who tells two purchases apart.
const SURE_SELLER: f32 = 0.5;
/// Words before the number of a page.
const PAGE: Phrases = "page|seite|blatt|blad|bladzijde|pagina|folha|hoja|sida|side|sivu|strona|strana|stranica|str|oldal|\
sayfa|страница|стр";

/// Purchases of a document.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    /// Empty where it is about one purchase.
    pub(crate) parts: Vec<Part>,
    /// Pages that were not looked at, for the user.
    pub(crate) left_out: Option<String>,
}

/// A purchase of a document, with the text of its pages.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    pub(crate) text: String,
    pub(crate) answer: Answer,
    /// Page on which it begins, counted from 0.
    pub(crate) page: usize,
    numbers: Numbers,
    /// The first page calls itself an invoice or receipt.
    is_titled: bool,
}

/// Takes a document apart.
///
/// # Errors
/// Those of `ai.classify_text`.
pub(crate) fn parts(client: &SpacedriveClient, text: &str, email: Option<&Email>) -> Result<Stack> {
    let pages: Vec<&str> = text.split('\u{c}').collect();
    let mut parts: Vec<Part> = Vec::new();
    if pages.len() < 2 {
        return Ok(Stack::default());
    }
    for (number, page) in pages.iter().take(MAX_PAGES).enumerate() {
        let new = Part::of(client, page, email)?;
        match (parts.last_mut(), new) {
            (None, Some(first)) => parts.push(first),
            // A cover, or a letter with copies of invoices.
            (None, None) => return Ok(Stack::default()),
            (Some(before), Some(new)) if new.is_apart_from(before) => {
                parts.push(Part { page: number, ..new });
            }
            (Some(before), _) => before.go_on(page),
        }
    }
    if parts.len() < 2 {
        return Ok(Stack::default());
    }
    for part in &mut parts {
        part.answer = ask(client, &part.text, email)?;
    }
    if is_collective(&parts) {
        return Ok(Stack::default());
    }
    Ok(Stack { parts, left_out: left_out(pages.len()) })
}

fn left_out(pages: usize) -> Option<String> {
    (pages > MAX_PAGES).then(|| {
        format!("only the first {MAX_PAGES} of {pages} pages were looked at for purchases")
    })
}

impl Part {
    /// Reads a page that is a receipt by itself; `None` for another one.
    fn of(client: &SpacedriveClient, page: &str, email: Option<&Email>) -> Result<Option<Self>> {
        let Ok(is_titled) = classify::document("", page) else { return Ok(None) };
        let (answer, numbers) = (ask(client, page, email)?, Numbers::of(page));
        let has_amount = answer.receipt.amount.is_some();
        Ok(has_amount.then(|| Self { text: page.to_owned(), answer, page: 0, numbers, is_titled }))
    }

    /// Tells whether a page is about another purchase than the pages before it.
    fn is_apart_from(&self, before: &Self) -> bool {
        if is_continuation(&self.text) {
            return false;
        }
        // It names the invoice that it takes back.
        if self.is_credit() && !before.is_credit() && self.is_titled {
            return true;
        }
        if !self.numbers.invoice.is_empty() && !before.numbers.invoice.is_empty() {
            return self.is_titled && self.numbers.contradict(&before.numbers);
        }
        let (Some(seller), Some(former)) = (self.seller(), before.seller()) else { return false };
        let says = |part: &Self, name: &str| fold(&part.text).contains(&fold(name));
        self.answer.receipt.amount != before.answer.receipt.amount
            && are_other_sellers(seller, former)
            && !says(before, seller)
            && !says(self, former)
    }

    fn is_credit(&self) -> bool {
        fields::is_credit_note(self.answer.receipt.document_type.as_deref())
    }

    fn seller(&self) -> Option<&str> {
        let confidence = self.answer.evidence.get("vendor").map_or(0.0, |it| it.confidence);
        self.answer.receipt.vendor.as_deref().filter(|_| confidence >= SURE_SELLER)
    }

    /// Tells whether a part prints the amount of another one.
    fn prints(&self, other: &Self) -> bool {
        let Some(amount) = other.answer.receipt.amount else { return false };
        let found = self.text.lines().flat_map(|line| scan(line, Spaces::Join));
        let mut money = found.filter(Found::is_money);
        money.any(|found| Amount::new(found.reading.best().value) == Some(amount))
    }

    /// Adds a page that says more about the same purchase.
    fn go_on(&mut self, page: &str) {
        self.text.push('\u{c}');
        self.text.push_str(page);
        self.numbers = Numbers::of(&self.text);
    }
}

/// Tells whether a page says that it is the second one, or a later one.
fn is_continuation(page: &str) -> bool {
    page.lines().any(|line| {
        let words = fold(line);
        let words: Vec<&str> = words.split(' ').collect();
        words.array_windows().any(|[label, number]| {
            says(label, PAGE) && number.parse::<u32>().is_ok_and(|number| number > 1)
        })
    })
}

/// Tells whether the first part is a collective invoice over the others: their sum, where nobody else sells
/// or its own pages print the amount of each.
fn is_collective(parts: &[Part]) -> bool {
    let Some((first, others)) = parts.split_first() else { return false };
    let is_other = |one: &Part, two: &Part| {
        one.seller().zip(two.seller()).is_some_and(|(one, two)| are_other_sellers(one, two))
    };
    let has_one_seller = || {
        let mut parts_with_next = parts.iter().zip(1..);
        !parts_with_next.any(|(one, next)| parts.iter().skip(next).any(|two| is_other(one, two)))
    };
    sums_up(parts) && (has_one_seller() || others.iter().all(|other| first.prints(other)))
}

/// Tells whether the first purchase is the sum of the others.
fn sums_up(parts: &[Part]) -> bool {
    let amounts: Option<Vec<Amount>> =
        parts.iter().map(|part| part.answer.receipt.amount).collect();
    let Some([first, second, rest @ ..]) = amounts.as_deref() else { return false };
    let sum = rest.iter().try_fold(*second, |sum, next| sum.checked_add(*next));
    !rest.is_empty() && sum == Some(*first)
}

fn ask(client: &SpacedriveClient, text: &str, email: Option<&Email>) -> Result<Answer> {
    let answer = credit_title::of_document(fields::ask(client, text, email)?, text);
    Ok(sent::of_document(answer, email))
}
