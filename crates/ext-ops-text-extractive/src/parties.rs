//! Cells that name the buyer, and cells that name the seller, by the labels beside and above them.

use crate::labels::{Label, labels};
use crate::lexicon::Concept;
use crate::organisations::may_be_name;
use crate::rows::Document;

/// Rows below a party's label that belong to it.
const BLOCK_ROWS: usize = 7;

/// Party whose name a cell may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Party {
    Seller,
    Buyer,
}

/// A cell, or the part of it from byte `from`, that belongs to a party.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claim {
    pub(crate) party: Party,
    pub(crate) row: usize,
    pub(crate) cell: usize,
    pub(crate) from: usize,
    /// Rows below the label; 0 beside it.
    pub(crate) distance: usize,
}

/// Finds every cell that a party's label claims.
pub(crate) fn claims(document: &Document) -> Vec<Claim> {
    let mut found = Vec::new();
    let mut open: Vec<(Party, usize, usize)> = Vec::new();
    for (row, content) in document.rows.iter().enumerate() {
        let labelled: Vec<_> = content
            .cells
            .iter()
            .enumerate()
            .filter_map(|(cell, text)| Some((cell, party_of(&text.text)?)))
            .collect();
        // A blank line ends what a label above has begun to claim.
        let gap = document.follows_blank(row);
        open.retain(|(_, at, _)| row - at <= BLOCK_ROWS && (row - at == 1 || !gap));
        for (party, at, cell) in &open {
            found.extend(below(document, row, *party, *at, *cell, &labelled));
        }
        for (cell, label) in labelled {
            if let Some(beside) = beside(document, row, cell, label) {
                found.push(beside);
            } else {
                open.retain(|(_, at, other)| !same_column(document, (*at, *other), (row, cell)));
                open.push((label.party, row, cell));
            }
        }
    }
    found
}

#[derive(Debug, Clone, Copy)]
struct PartyLabel {
    party: Party,
    /// Byte after the label's colon, where a value follows in the same cell.
    value_at: Option<usize>,
}

/// Returns the party that a cell introduces: its label starts the cell, and either is all of it or
/// ends in a colon.
fn party_of(text: &str) -> Option<PartyLabel> {
    let colon = text.find(':');
    let head = colon.and_then(|at| text.get(..at)).unwrap_or(text);
    let count = crate::fold::words(head).len();
    let found = labels(head);
    if let Some(party) = trailing_seller(&found, count).filter(|_| colon.is_some()) {
        let filled = text.get(head.len() + 1..).is_some_and(|rest| !rest.trim().is_empty());
        return Some(PartyLabel { party, value_at: filled.then_some(head.len() + 1) });
    }
    if let Some(value_at) = after_greeting(text) {
        return Some(PartyLabel { party: Party::Buyer, value_at: Some(value_at) });
    }
    let named = found.iter().find_map(|label| Some((party(label)?, label)));
    let (party, label) = named.filter(|(_, label)| label.at == 0)?;
    let covered: usize = covered_words(&found);
    let filled = text.get(head.len()..).is_some_and(|rest| rest.trim_matches([':', ' ']).len() > 1);
    if colon.is_none() && covered < count {
        // `Thank you for shopping at Foo`, `ATTN Foo`: a label without a colon.
        let value_at = (label.length >= 2 || count <= 6).then(|| nth_word(text, label.length))?;
        return value_at
            .filter(|_| label.length >= 2)
            .map(|at| PartyLabel { party, value_at: Some(at) });
    }
    let short = count <= 5;
    short.then_some(PartyLabel { party, value_at: filled.then_some(head.len() + 1) })
}

/// Words, folded, that begin a greeting.
const GREETINGS: [&str; 24] = [
    "dear", "hello", "hi", "hallo", "guten", "sehr", "liebe", "lieber", "bonjour", "cher", "chere",
    "hola", "ciao", "gentile", "ola", "witaj", "hej", "hei", "kaere", "kjaere", "kedves", "beste",
    "geachte", "merhaba",
];
/// Words, folded, that go on with one.
const GREETINGS_ON: [&str; 8] =
    ["tag", "geehrte", "geehrter", "client", "cliente", "kunde", "kunden", "klant"];

/// Finds the byte behind a greeting, which only the reader gets: `Dear Ada Lovelace,`.
fn after_greeting(text: &str) -> Option<usize> {
    let words = crate::fold::words(text);
    let first = words.first().filter(|_| (2..=7).contains(&words.len()))?;
    let on = words.iter().skip(1).take_while(|word| GREETINGS_ON.contains(&word.as_str())).count();
    GREETINGS.contains(&first.as_str()).then(|| nth_word(text, 1 + on))?
}

/// Finds a seller's phrase of several words that ends the label: `Product(s) provided by`.
fn trailing_seller(found: &[Label], count: usize) -> Option<Party> {
    let ends =
        |label: &&Label| label.length > 1 && label.at > 0 && label.at + label.length == count;
    let last = found.iter().find(ends).filter(|_| count <= 5)?;
    party(last).filter(|party| *party == Party::Seller)
}

fn party(label: &Label) -> Option<Party> {
    match label.concept {
        Concept::Seller => Some(Party::Seller),
        Concept::Buyer => Some(Party::Buyer),
        _ => None,
    }
}

/// Counts the words that the labels cover; a phrase of several meanings counts once.
fn covered_words(found: &[Label]) -> usize {
    let mut starts: Vec<(usize, usize)> = found.iter().map(|l| (l.at, l.length)).collect();
    starts.dedup();
    starts.iter().map(|(_, length)| length).sum()
}

/// Finds the byte where the word `n` of a text starts.
fn nth_word(text: &str, n: usize) -> Option<usize> {
    let mut in_word = false;
    let mut count = 0;
    for (at, letter) in text.char_indices() {
        let starts = letter.is_alphanumeric() && !in_word;
        in_word = letter.is_alphanumeric();
        if starts {
            if count == n {
                return Some(at);
            }
            count += 1;
        }
    }
    None
}

/// Finds the value in the label's own cell, or in the next.
fn beside(document: &Document, row: usize, cell: usize, label: PartyLabel) -> Option<Claim> {
    let claim = |cell, from| Claim { party: label.party, row, cell, from, distance: 0 };
    if let Some(from) = label.value_at {
        return Some(claim(cell, from));
    }
    let text = &document.cell(row, cell)?.text;
    let next = document.cell(row, cell + 1)?;
    // `Payment to  Lamp Shop`: two cells and no colon. A buyer's label may head a column of its own.
    let pair = label.party == Party::Seller
        && document.rows.get(row).is_some_and(|row| row.cells.len() == 2)
        && may_be_name(&next.text);
    let value = text.ends_with(':') || next.text.starts_with(':') || pair;
    (value && party_of(&next.text).is_none()).then(|| claim(cell + 1, 0))
}

/// Finds the cells of a row that a label above claims: those in its column; all, if the label stood
/// alone in its row.
fn below(
    document: &Document,
    row: usize,
    party: Party,
    at: usize,
    cell: usize,
    labelled: &[(usize, PartyLabel)],
) -> Vec<Claim> {
    let Some((heading, content)) = document.rows.get(at).zip(document.rows.get(row)) else {
        return Vec::new();
    };
    let alone = heading.cells.len() == 1;
    let mine = |other: usize| alone || document.in_column(at, row, other, false) == Some(cell);
    (0..content.cells.len())
        .filter(|other| mine(*other) && !labelled.iter().any(|(l, _)| l == other))
        .map(|other| Claim { party, row, cell: other, from: 0, distance: row - at })
        .collect()
}

/// Returns whether a new label ends the block of an earlier one.
fn same_column(document: &Document, earlier: (usize, usize), new: (usize, usize)) -> bool {
    let alone = document.rows.get(new.0).is_some_and(|row| row.cells.len() == 1);
    alone || document.in_column(earlier.0, new.0, new.1, false) == Some(earlier.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greetings_name_the_reader() {
        assert_eq!(claimed("Dear Lamp Shop Ltd,", Party::Buyer), ["Lamp Shop Ltd,"]);
        assert_eq!(claimed("Guten Tag Ada,", Party::Buyer), ["Ada,"]);
        assert!(claimed("Guten Tag", Party::Buyer).is_empty());
    }

    #[test]
    fn a_payment_names_the_seller_beside_it() {
        assert_eq!(claimed("Payment to  Lamp Shop", Party::Seller), ["Lamp Shop"]);
        assert!(claimed("Bill to  Lamp Shop\nAda", Party::Buyer).contains(&"Ada".to_owned()));
    }

    fn claimed(text: &str, party: Party) -> Vec<String> {
        let document = Document::read(text);
        claims(&document)
            .into_iter()
            .filter(|claim| claim.party == party)
            .filter_map(|c| {
                document.cell(c.row, c.cell)?.text.get(c.from..).map(|t| t.trim().to_owned())
            })
            .collect()
    }

    #[test]
    fn labels_claim_what_follows() {
        assert_eq!(
            claimed("Sold By : WS Retail Pvt. Ltd.", Party::Seller),
            ["WS Retail Pvt. Ltd."]
        );
        assert_eq!(claimed("Customer:  Foo Ltd", Party::Buyer), ["Foo Ltd"]);
        assert_eq!(claimed("Bill to\nFoo Ltd\nBerlin", Party::Buyer), ["Foo Ltd", "Berlin"]);
    }

    #[test]
    fn columns_keep_parties_apart() {
        let text = "Lieferant         Käufer\nFoo GmbH          Bar GmbH";
        assert_eq!(claimed(text, Party::Seller), ["Foo GmbH"]);
        assert_eq!(claimed(text, Party::Buyer), ["Bar GmbH"]);
        let text = "Billed to:  Product(s) provided by:\nFoo GmbH  Bar Inc.";
        assert_eq!(claimed(text, Party::Seller), ["Bar Inc."]);
        assert_eq!(claimed(text, Party::Buyer), ["Foo GmbH"]);
    }

    #[test]
    fn a_new_heading_ends_a_block() {
        let text = "Verkäufer\nName:  Foo\nKäufer\nName:  Bar";
        assert_eq!(claimed(text, Party::Seller), ["Name:", "Foo"]);
        assert_eq!(claimed(text, Party::Buyer), ["Name:", "Bar"]);
    }
}
