//! The seller among the names of a document.

use std::sync::LazyLock;

use super::forest::Forest;
use super::{Choice, choose, count, flag, ratio};
use crate::fold::words;
use crate::hints::Hints;
use crate::labels;
use crate::lexicon::Concept;
use crate::money;
use crate::organisations::{Name, belongs, is_business};
use crate::parties::Party;
use crate::rows::Document;

static FOREST: LazyLock<Forest> = LazyLock::new(|| {
    Forest::read(include_str!("../../weights/seller.txt")).expect("constant table")
});

/// Names of the features, in their order.
pub(crate) const FEATURES: [&str; 52] = [
    "legal",
    "business",
    "first_row",
    "last_place",
    "first_place",
    "cell",
    "claimed_seller",
    "seller_distance",
    "claimed_buyer",
    "buyer_distance",
    "named",
    "times",
    "domain",
    "whole_domain",
    "sender_domain",
    "sender_name",
    "has_sender",
    "in_subject",
    "from_sender",
    "words",
    "letters",
    "capitals",
    "digits",
    "lower_start",
    "labels",
    "title_label",
    "address_below",
    "contact_below",
    "money_in_row",
    "rows_to_money",
    "before_address",
    "bank_near",
    "person",
    "footer",
    "alone",
    "blank_above",
    "blank_below",
    "form_below",
    "rank",
    "sellers_claimed",
    "odd_letters",
    "contact_above",
    "labels_above",
    "label_share",
    "is_address",
    "tax_near",
    "contact_near",
    "legal_elsewhere",
    "domain_elsewhere",
    "sender_elsewhere",
    "subject_elsewhere",
    "claimed_elsewhere",
];

/// Chooses the seller among the names.
pub(crate) fn best(features: &[Vec<f64>]) -> Option<Choice> {
    choose(&FOREST, features)
}

/// Describes each name that may be the seller's.
pub(crate) fn features(document: &Document, hints: &Hints, names: &[Name]) -> Vec<Vec<f64>> {
    let page = Page::of(document, hints, names);
    let mut found: Vec<Vec<f64>> =
        names.iter().enumerate().map(|(rank, name)| page.features(rank, name)).collect();
    add_others(&mut found);
    found
}

/// Features that speak for a name, and so against the others.
const SPEAKING: [&str; 5] = ["legal", "domain", "sender_name", "in_subject", "claimed_seller"];

/// Adds to each name whether something speaks for another one and not for it.
fn add_others(names: &mut [Vec<f64>]) {
    let places = SPEAKING.map(|speaking| FEATURES.iter().position(|name| *name == speaking));
    for place in places.into_iter().flatten() {
        let has = |features: &[f64]| features.get(place).is_some_and(|value| *value > 0.0);
        let any = names.iter().any(|features| has(features));
        for features in names.iter_mut() {
            let elsewhere = any && !has(features);
            features.push(flag(elsewhere));
        }
    }
}

struct Page<'a> {
    document: &'a Document,
    hints: &'a Hints,
    domains: Vec<String>,
    first_money: Option<usize>,
    sellers: usize,
    kinds: Vec<RowKind>,
}

/// What a row says, as far as names near it are concerned.
#[derive(Debug, Clone, Copy, Default)]
struct RowKind {
    address: bool,
    contact: bool,
    /// A number for taxes.
    tax: bool,
    /// An address of an email, a link or a host.
    linked: bool,
    bank: bool,
    money: bool,
    form: bool,
    labels: usize,
}

impl<'a> Page<'a> {
    fn of(document: &'a Document, hints: &'a Hints, names: &[Name]) -> Self {
        let kinds: Vec<RowKind> = document.rows.iter().map(|row| kind_of(&row.text)).collect();
        let sellers = names.iter().filter(|name| name.claim(Party::Seller).is_some()).count();
        let first_money = kinds.iter().position(|kind| kind.money);
        let domains = crate::organisations::domains(document);
        Self { document, hints, domains, first_money, sellers, kinds }
    }

    fn features(&self, rank: usize, name: &Name) -> Vec<f64> {
        let mut features = vec![
            flag(name.legal),
            flag(is_business(&name.text)),
            count(name.first_row().unwrap_or(40).min(40)),
            ratio(name.last_row().unwrap_or(0), self.document.rows.len()),
            ratio(name.first_row().unwrap_or(0), self.document.rows.len()),
            count(name.cell().min(4)),
        ];
        features.extend(claimed(name));
        features.extend(self.known(name));
        features.extend(shape(&name.text));
        features.extend(self.surroundings(name));
        features.extend([count(rank.min(30)), count(self.sellers.min(4)), odd_letters(&name.text)]);
        features.extend(self.above(name));
        features.extend([label_share(&name.text), flag(kind_of(&name.text).address)]);
        features.extend(self.near(name));
        features
    }

    /// Returns whether a number for taxes, and an address or link, stand near one of the places.
    fn near(&self, name: &Name) -> [f64; 2] {
        let near = |says: fn(&RowKind) -> bool| {
            name.rows().take(6).any(|row| {
                (row.saturating_sub(1)..=row + 4).any(|at| self.kinds.get(at).is_some_and(says))
            })
        };
        [flag(near(|kind| kind.tax)), flag(near(|kind| kind.linked))]
    }

    /// Describes how much the rest of the document and its email speak for the name.
    fn known(&self, name: &Name) -> [f64; 8] {
        let whole: String = words(&name.text).concat();
        let domain = |domain: &String| belongs(domain, &name.text);
        let sender = self.hints.sender.as_deref().map(|sender| words(sender).concat());
        let same = sender.as_ref().is_some_and(|sender| {
            sender.len() >= 3
                && (whole.contains(sender.as_str()) || whole.len() >= 4 && sender.contains(&whole))
        });
        [
            count(name.times().min(6)),
            flag(self.domains.iter().any(domain)),
            flag(self.domains.iter().any(|domain| {
                whole.len() >= 4
                    && (domain.starts_with(&whole) || whole.starts_with(domain.as_str()))
            })),
            flag(self.hints.domain.as_ref().is_some_and(domain)),
            flag(same),
            flag(self.hints.sender.is_some()),
            flag(self.hints.names(&name.text)),
            flag(name.first_row().is_none()),
        ]
    }

    fn surroundings(&self, name: &Name) -> [f64; 12] {
        let Some(row) = name.first_row() else { return [0.0; 12] };
        let kind = |at: usize| self.kinds.get(at).copied().unwrap_or_default();
        let below =
            |reach: usize, says: fn(&RowKind) -> bool| (1..=reach).any(|d| says(&kind(row + d)));
        let last = name.last_row().unwrap_or(row);
        let bank = (last.saturating_sub(1)..=last + 1).any(|at| kind(at).bank);
        let here = self.document.rows.get(row);
        let person = !name.legal && !is_business(&name.text) && words(&name.text).len() == 2;
        [
            flag(below(2, |kind| kind.address)),
            flag(below(5, |kind| kind.contact)),
            flag(kind(row).money),
            count(self.first_money.map_or(30, |first| first.abs_diff(row)).min(30)),
            flag(name.before_address()),
            flag(bank),
            flag(person),
            flag(last + 8 >= self.document.rows.len()),
            flag(here.is_some_and(|row| row.cells.len() == 1)),
            flag(self.document.follows_blank(row)),
            flag(self.document.follows_blank(row + 1)),
            flag(kind(row + 1).form && !name.legal),
        ]
    }

    fn above(&self, name: &Name) -> [f64; 2] {
        let Some(row) = name.first_row() else { return [0.0; 2] };
        let above =
            row.checked_sub(1).and_then(|at| self.kinds.get(at)).copied().unwrap_or_default();
        [flag(above.contact || above.address), count(above.labels.min(4))]
    }
}

fn claimed(name: &Name) -> [f64; 5] {
    let seller = name.claim(Party::Seller);
    let buyer = name.claim(Party::Buyer);
    [
        flag(seller.is_some()),
        count(seller.unwrap_or(9).min(9)),
        flag(buyer.is_some()),
        count(buyer.unwrap_or(9).min(9)),
        flag(name.named()),
    ]
}

fn shape(text: &str) -> [f64; 7] {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let found = labels::labels(text);
    let title = found.iter().any(|label| {
        matches!(
            label.concept,
            Concept::Title
                | Concept::DocumentNumber
                | Concept::Total
                | Concept::Date
                | Concept::Item
        )
    });
    [
        count(text.split_whitespace().count().min(10)),
        count(letters.min(40)),
        ratio(capitals, letters),
        ratio(digits, letters + digits),
        flag(text.starts_with(char::is_lowercase)),
        count(found.len().min(5)),
        flag(title),
    ]
}

/// Returns the share of words that are labels.
fn label_share(text: &str) -> f64 {
    let mut found: Vec<(usize, usize)> =
        labels::exact_labels(text).iter().map(|label| (label.at, label.length)).collect();
    found.dedup();
    ratio(found.iter().map(|(_, length)| length).sum(), words(text).len())
}

/// Returns the share of characters that names seldom have, as bad scans do.
fn odd_letters(text: &str) -> f64 {
    let odd = text.chars().filter(|c| !c.is_alphanumeric() && !" .,&'-".contains(*c)).count();
    ratio(odd, text.chars().count())
}

fn kind_of(text: &str) -> RowKind {
    let found = labels::labels(text);
    let says = |concept: Concept| found.iter().any(|label| label.concept == concept);
    let linked = crate::organisations::has_domain(text);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let number = text.split(|c: char| !c.is_ascii_digit()).any(|run| (4..=6).contains(&run.len()));
    RowKind {
        address: says(Concept::Address) || number && text.len() < 60 && !says(Concept::Date),
        contact: linked || says(Concept::Phone) || says(Concept::TaxNumber),
        tax: says(Concept::TaxNumber) && digits >= 5,
        linked,
        bank: says(Concept::Iban) || says(Concept::Payment),
        money: money::in_text(text, &[]).iter().any(money::Number::is_money),
        form: crate::organisations::has_form(text),
        labels: found.len(),
    }
}
