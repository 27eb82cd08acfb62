//! Recogniser of organisations, and of the one that issued the document.

mod name;

use std::collections::HashMap;

use name::{is_business, is_hardly_more_than_its_form, legal_name, plain_name};

use crate::fold::words;
use crate::lexicon::Concept;
use crate::parties::{Claim, Party, claims};
use crate::rows::Document;

/// Rows at the top that may name the issuer without any label.
const TOP_ROWS: usize = 10;
const MAX_CANDIDATES: usize = 300;

/// A name of an organisation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Organisation {
    pub(crate) name: String,
    pub(crate) row: usize,
    pub(crate) score: f32,
}

/// Finds everyone who may have issued the document, best first.
pub(crate) fn sellers(document: &Document) -> Vec<Organisation> {
    ranked(document, Party::Seller)
}

/// Finds everyone who may have received it, best first.
pub(crate) fn buyers(document: &Document) -> Vec<Organisation> {
    let mut found = ranked(document, Party::Buyer);
    found.retain(|organisation| organisation.score > 0.6);
    found
}

fn ranked(document: &Document, wanted: Party) -> Vec<Organisation> {
    let claims = claims(document);
    let mut found: Vec<Candidate> = candidates(document, &claims);
    let claimed = claimed_names(&found);
    let repeats = repeats(&found);
    let domains = domains(document);
    for candidate in &mut found {
        let key = candidate.key();
        let party = candidate.party.or_else(|| claimed.get(&key).copied());
        candidate.score += match party {
            Some(party) if party == wanted => {
                if candidate.named {
                    0.6
                } else {
                    0.45
                }
            }
            Some(_) => -1.0,
            None if wanted == Party::Buyer => -1.0,
            None => 0.0,
        };
        candidate.score += 0.08 * f32::from(repeats.get(&key).copied().unwrap_or(1).min(4) - 1);
        if wanted == Party::Seller && domains.iter().any(|domain| belongs(domain, &candidate.name))
        {
            candidate.score += 0.25;
        }
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
    found.into_iter().map(|c| Organisation { name: c.name, row: c.row, score: c.score }).collect()
}

#[derive(Debug)]
struct Candidate {
    name: String,
    row: usize,
    score: f32,
    party: Option<Party>,
    /// A label says that the text is a name.
    named: bool,
}

impl Candidate {
    /// Returns the key that equal names share.
    fn key(&self) -> String {
        words(&self.name).join(" ")
    }
}

fn candidates(document: &Document, claims: &[Claim]) -> Vec<Candidate> {
    let by_cell: HashMap<(usize, usize), &Claim> =
        claims.iter().map(|c| ((c.row, c.cell), c)).collect();
    let mut found = Vec::new();
    for (row, cell, content) in document.cells() {
        let claim = by_cell.get(&(row, cell)).copied();
        let text = content.text.get(claim.map_or(0, |c| c.from)..).unwrap_or(&content.text);
        let named = claim.is_some() && is_named(document, row, cell, claim);
        let legal = legal_name(text).map(|name| (joined(document, row, cell, name), 0.5));
        let plain = || {
            let near = claim.is_some_and(|c| c.distance <= 4) || named;
            (row < TOP_ROWS || near).then(|| Some((plain_name(text)?, 0.1)))?
        };
        let Some((name, base)) = legal.or_else(plain) else { continue };
        let distance = claim.map_or(0, |claim| claim.distance.saturating_sub(1));
        let score = base + position_score(row, cell) + business_score(&name)
            - length_malus(&name)
            - 0.05 * f32::from(u8::try_from(distance).unwrap_or(u8::MAX));
        found.push(Candidate { name, row, score, party: claim.map(|c| c.party), named });
        if found.len() >= MAX_CANDIDATES {
            break;
        }
    }
    found
}

/// Returns whether a name stands beside a party's label, or right of `Name:` inside its block.
fn is_named(document: &Document, row: usize, cell: usize, claim: Option<&Claim>) -> bool {
    let left = cell.checked_sub(1).and_then(|left| document.cell(row, left));
    let by_name = left.is_some_and(|left| crate::labels::says(&left.text, Concept::Name));
    claim.is_some_and(|claim| claim.distance == 0) || by_name
}

fn position_score(row: usize, cell: usize) -> f32 {
    const BY_ROW: [f32; TOP_ROWS] = [0.5, 0.42, 0.34, 0.26, 0.2, 0.15, 0.1, 0.06, 0.03, 0.02];
    let place = BY_ROW.get(row).copied().unwrap_or(0.0);
    if cell == 0 { place } else { place * 0.9 }
}

/// Lowers the score of a line of many words: it is a sentence rather than a name.
fn length_malus(name: &str) -> f32 {
    let long = name.split_whitespace().count().saturating_sub(6);
    0.1 * f32::from(u8::try_from(long).unwrap_or(u8::MAX))
}

fn business_score(name: &str) -> f32 {
    if is_business(name) { 0.15 } else { 0.0 }
}

/// Joins a name that breaks over two lines: `LIAN CHI PU TIAN` / `RESTAURANT SDN BHD`.
fn joined(document: &Document, row: usize, cell: usize, name: String) -> String {
    let Some(above) = row
        .checked_sub(1)
        .filter(|_| is_hardly_more_than_its_form(&name))
        .and_then(|above| document.cell(above, document.in_column(above, row, cell, false)?))
    else {
        return name;
    };
    match plain_name(&above.text) {
        Some(head) if legal_name(&above.text).is_none() => format!("{head} {name}"),
        _ => name,
    }
}

fn claimed_names(found: &[Candidate]) -> HashMap<String, Party> {
    let mut claimed: HashMap<String, Party> = HashMap::new();
    for candidate in found {
        if let Some(party) = candidate.party {
            claimed.entry(candidate.key()).or_insert(party);
        }
    }
    claimed
}

fn repeats(found: &[Candidate]) -> HashMap<String, u8> {
    let mut counts: HashMap<String, u8> = HashMap::new();
    for candidate in found {
        let count = counts.entry(candidate.key()).or_default();
        *count = count.saturating_add(1);
    }
    counts
}

/// Finds names of web sites and mail domains, without the ending: `muster-autovermietung`.
fn domains(document: &Document) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for row in &document.rows {
        for token in row.text.split_whitespace().filter(|token| token.contains('.')) {
            let host = token.rsplit('@').next().unwrap_or("").trim_start_matches("https://");
            let host =
                host.trim_start_matches("http://").split(['/', '?', ',', ')']).next().unwrap_or("");
            let mut labels = host.rsplit('.').skip(1);
            let domain: String = labels.next().unwrap_or("").to_lowercase().replace('-', "");
            let linked = token.contains('@') || token.contains("www.") || token.contains("://");
            if linked && domain.len() >= 4 && found.len() < 50 && !found.contains(&domain) {
                found.push(domain);
            }
        }
    }
    found
}

/// Returns whether a domain is that of a name: `semrush` belongs to `Semrush Inc.`; the first word
/// decides, or all words together.
fn belongs(domain: &str, name: &str) -> bool {
    let words = words(name);
    let first = words.iter().find(|word| word.len() >= 4);
    let whole: String = words.concat();
    first.is_some_and(|word| domain.starts_with(word.as_str())) || whole.starts_with(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seller(text: &str) -> Option<String> {
        sellers(&Document::read(text)).into_iter().next().map(|found| found.name)
    }

    #[test]
    fn a_shop_may_be_called_after_its_street() {
        let text = "COBBLE LANE GROCERY\n17 Cobble Lane, Galway\nTOTAL EUR  13.30";
        assert_eq!(seller(text).as_deref(), Some("COBBLE LANE GROCERY"));
    }

    #[test]
    fn the_top_of_a_receipt_names_the_shop() {
        let text = "YAM FRESH\nNO. 145G, JALAN RIMBUNAN RAYA 1,\nTEL: 1\nTAX INVOICE\nTOTAL  5.00";
        assert_eq!(seller(text).as_deref(), Some("YAM FRESH"));
        let text = "TAX INVOICE\nLIAN CHI PU TIAN VEGETARIAN\nRESTAURANT SDN BHD\n(1095514-X)";
        assert_eq!(seller(text).as_deref(), Some("LIAN CHI PU TIAN VEGETARIAN RESTAURANT SDN BHD"));
    }

    #[test]
    fn the_buyer_is_not_the_seller() {
        let text = "Bill to\nFoo GmbH\n\nInvoice 1\nFoo GmbH\nBar Ltd, Dublin";
        assert_eq!(seller(text).as_deref(), Some("Bar Ltd"));
        assert_eq!(buyers(&Document::read(text))[0].name, "Foo GmbH");
    }
}
