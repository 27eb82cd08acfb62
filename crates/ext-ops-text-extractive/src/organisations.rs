//! Recognises organisations and says which of them issued the document.

use std::collections::HashMap;

use crate::fold::{has_letter, words};
use crate::labels::labels;
use crate::lexicon::Concept;
use crate::parties::{Claim, Party, claims};
use crate::rows::Document;

/// Legal forms, folded, as the words that end a name.
const LEGAL_FORMS: &[&[&str]] = &[
    &["gmbh", "co", "kg"],
    &["gmbh", "co"],
    &["gmbh"],
    &["mbh"],
    &["ag"],
    &["kg"],
    &["ohg"],
    &["ug"],
    &["se"],
    &["e", "v"],
    &["ev"],
    &["e", "k"],
    &["a", "g"],
    &["vvag"],
    &["sdn", "bhd"],
    &["bhd"],
    &["plt"],
    &["pte", "ltd"],
    &["pvt", "ltd"],
    &["pty", "ltd"],
    &["private", "limited"],
    &["ltd"],
    &["limited"],
    &["plc"],
    &["llp"],
    &["inc"],
    &["incorporated"],
    &["llc"],
    &["corp"],
    &["corporation"],
    &["company"],
    &["s", "a"],
    &["sa"],
    &["sas"],
    &["s", "a", "s"],
    &["sarl"],
    &["s", "a", "r", "l"],
    &["eurl"],
    &["sasu"],
    &["s", "l"],
    &["sl"],
    &["slu"],
    &["srl"],
    &["s", "r", "l"],
    &["spa"],
    &["s", "p", "a"],
    &["bv"],
    &["b", "v"],
    &["nv"],
    &["n", "v"],
    &["bvba"],
    &["sp", "z", "o", "o"],
    &["oy"],
    &["ab"],
    &["as"],
    &["a", "s"],
    &["aps"],
    &["lda"],
    &["ltda"],
    &["s", "r", "o"],
    &["kft"],
    &["enterprise"],
    &["trading"],
    &["holdings"],
];

/// Words, folded, that name a kind of business.
const BUSINESS: &[&str] = &[
    "restaurant",
    "restoran",
    "cafe",
    "coffee",
    "kitchen",
    "bakery",
    "bistro",
    "bar",
    "grill",
    "pizza",
    "hotel",
    "hardware",
    "supermarket",
    "market",
    "mart",
    "minimart",
    "mini",
    "store",
    "stores",
    "shop",
    "pharmacy",
    "farmasi",
    "apotheke",
    "pasar",
    "kedai",
    "trading",
    "enterprise",
    "services",
    "station",
    "parking",
    "books",
    "bookstore",
    "stationery",
    "electrical",
    "motor",
    "auto",
    "clinic",
    "dental",
    "house",
    "food",
    "foods",
    "seafood",
    "noodle",
    "village",
    "centre",
    "center",
    "industries",
    "supply",
    "supplies",
    "marketing",
    "group",
    "bank",
    "insurance",
    "versicherung",
    "backerei",
    "gasthaus",
    "autovermietung",
    "boulangerie",
    "pharmacie",
    "ferreteria",
    "retail",
    "gift",
    "deco",
    "fashion",
    "gallery",
    "florist",
    "salon",
    "optical",
    "corner",
    "express",
    "garden",
];

/// Rows at the top that may name the issuer without any label.
const TOP_ROWS: usize = 10;
const MAX_CANDIDATES: usize = 300;
const MAX_NAME_WORDS: usize = 9;

/// A name of an organisation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Organisation {
    pub(crate) name: String,
    pub(crate) row: usize,
    pub(crate) score: f32,
}

/// Everyone who may have issued the document, best first.
pub(crate) fn sellers(document: &Document) -> Vec<Organisation> {
    ranked(document, Party::Seller)
}

/// Everyone who may have received it, best first.
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
    /// What equal names share.
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

/// Beside a party's label, or right of `Name:` inside its block.
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

/// A line of many words is a sentence rather than a name.
fn length_malus(name: &str) -> f32 {
    let long = name.split_whitespace().count().saturating_sub(6);
    0.1 * f32::from(u8::try_from(long).unwrap_or(u8::MAX))
}

fn business_score(name: &str) -> f32 {
    let business = words(name).iter().any(|word| BUSINESS.contains(&word.as_str()));
    if business { 0.15 } else { 0.0 }
}

/// The name that ends in a legal form, without what stands before and after it.
fn legal_name(text: &str) -> Option<String> {
    pieces(text).find_map(legal_name_in)
}

/// Parts of a text between separators that no name has inside.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split([':', '|', '(', ')', '–', '•', '©', '~', '"', '�'])
        .flat_map(|piece| piece.split(" - "))
}

fn legal_name_in(piece: &str) -> Option<String> {
    let tokens: Vec<&str> = piece.split_whitespace().collect();
    let folded: Vec<Vec<String>> = tokens.iter().map(|token| words(token)).collect();
    for end in 1..=tokens.len() {
        // The longest form wins: `GmbH & Co. KG` before `GmbH`.
        let goes_on = tokens.get(end).is_some_and(|next| *next == "&" || continues(&folded, end));
        // `their company` is a word of a sentence.
        let word = |token: &&&str| token.len() > 4 && token.starts_with(char::is_lowercase);
        let sentence = tokens.get(end - 1).filter(word).is_some();
        let form = form_length(folded.get(..end)?).filter(|_| !goes_on && !sentence);
        let Some(length) = form else { continue };
        let start = name_start(&tokens, end.checked_sub(length)?);
        let name = tokens.get(start..end)?.join(" ");
        let fits = end - start > length && end - start <= MAX_NAME_WORDS + length;
        return fits.then(|| name.trim_matches([',', ';', '*', '-', ' ', '#']).to_owned());
    }
    None
}

/// Tokens of the legal form that ends `folded`.
fn form_length(folded: &[Vec<String>]) -> Option<usize> {
    (1..=folded.len().min(4)).rev().find(|count| {
        let tail: Vec<&str> =
            folded.iter().rev().take(*count).rev().flatten().map(String::as_str).collect();
        !tail.is_empty() && LEGAL_FORMS.contains(&tail.as_slice())
    })
}

fn continues(folded: &[Vec<String>], end: usize) -> bool {
    folded.get(..end + 1).and_then(form_length).is_some()
}

/// Where the name starts: in a short piece at its beginning, in a sentence at the capitals.
fn name_start(tokens: &[&str], end: usize) -> usize {
    if end <= 5 {
        let lower = |token: &&str| token.starts_with(char::is_lowercase);
        let sentence = tokens.iter().take(end).filter(|token| lower(token)).count();
        if sentence <= 1 && !tokens.first().is_some_and(lower) {
            return 0;
        }
    }
    let part = |token: &str| {
        token.starts_with(|c: char| c.is_ascii_digit())
            || token.contains(char::is_uppercase) // `e-Luscious` as well
            || matches!(token, "&" | "and" | "und")
    };
    // A comma ends what stands before the name; the one before the legal form belongs to it.
    let inside = |at: usize, token: &str| part(token) && (at == 0 || !token.ends_with(','));
    let tail = tokens.iter().take(end).rev().enumerate();
    let count = tail.take_while(|(at, token)| inside(*at, token)).take(MAX_NAME_WORDS).count();
    // `Au bon moulin SARL`: no capitals before the form, so the piece itself has to be the name.
    let whole = count == 0 && tokens.first().is_some_and(|first| part(first));
    if whole { 0 } else { end - count }
}

/// A name that breaks over two lines: `LIAN CHI PU TIAN` / `RESTAURANT SDN BHD`.
fn joined(document: &Document, row: usize, cell: usize, name: String) -> String {
    let folded: Vec<Vec<String>> = name.split_whitespace().map(words).collect();
    let form = form_length(&folded).unwrap_or(0);
    let short = folded.len() <= form + 1;
    let Some(above) = row
        .checked_sub(1)
        .filter(|_| short)
        .and_then(|above| document.cell(above, document.in_column(above, row, cell, false)?))
    else {
        return name;
    };
    match plain_name(&above.text) {
        Some(head) if legal_name(&above.text).is_none() => format!("{head} {name}"),
        _ => name,
    }
}

/// A line that may be a name: some words, no address, label, date, number or link.
fn plain_name(text: &str) -> Option<String> {
    let pair = text.split_once(':').is_some_and(|(_, value)| !value.trim().is_empty());
    let piece = pieces(text).filter(|_| !pair).map(str::trim).find(|piece| has_letter(piece))?;
    let name = piece.trim_matches(['*', '-', '=', '.', ',', '_', '#', '\'', ' ', '<', '>', '!']);
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let count = name.split_whitespace().count();
    let odd = name.contains(['@', ',', ';', '=', '/', '%']) && !name.contains(" @ ")
        || name.contains("www.")
        || name.contains("http")
        || text.contains("://");
    let fits = letters >= 3 && digits * 2 <= letters && count <= MAX_NAME_WORDS && !odd;
    (fits && !is_labelled(piece) && !is_address(piece)).then(|| name.to_owned())
}

/// Whether labels make up most of the text.
fn is_labelled(text: &str) -> bool {
    let mut found = labels(text);
    found
        .retain(|label| !matches!(label.concept, Concept::Seller | Concept::Name | Concept::Noise));
    found.dedup_by_key(|label| label.at);
    let covered: usize = found.iter().map(|label| label.length).sum();
    covered * 2 >= words(text).len()
}

/// Whether the text is part of an address. Without a number, a word like `lane` has to stand at an
/// end: `Cobble Lane Grocery` is a shop.
fn is_address(text: &str) -> bool {
    let number = text.chars().any(|c| c.is_ascii_digit());
    let last = words(text).len();
    let address = labels(text).iter().any(|label| {
        let at_an_end = label.at == 0 || label.at + label.length == last;
        label.concept == Concept::Address && (number || at_an_end)
    });
    let street = words(text).iter().any(|word| {
        ["strasse", "weg", "platz", "allee", "gasse", "straat", "laan", "ufer", "str"]
            .iter()
            .any(|s| word.ends_with(s))
    });
    address || (number && street)
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

/// Names of web sites and mail domains, without the ending: `muster-autovermietung`.
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

/// `semrush` belongs to `Semrush Inc.`; the first word decides, or all words together.
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
    fn legal_forms_end_names() {
        for (text, name) in [
            ("Acme GmbH | Europa-Allee 1980 | 60486 Frankfurt", "Acme GmbH"),
            ("Atlassian Pty Ltd, Level 6, 341 George St", "Atlassian Pty Ltd"),
            ("Grundbesitz GmbH & Co.", "Grundbesitz GmbH & Co."),
            ("Foo GmbH & Co. KG", "Foo GmbH & Co. KG"),
            ("All AWS Services are sold by Amazon Web Services, Inc.", "Amazon Web Services, Inc."),
            ("LITTLE CRAVINGS SDN BHD (562007-D)", "LITTLE CRAVINGS SDN BHD"),
            ("Au bon moulin SARL - 1242 chemin", "Au bon moulin SARL"),
            ("Foo S.r.l.", "Foo S.r.l."),
            ("e-Luscious Nederland B.V.", "e-Luscious Nederland B.V."),
        ] {
            assert_eq!(legal_name(text).as_deref(), Some(name), "{text}");
        }
        assert_eq!(legal_name("no company here"), None);
        assert_eq!(legal_name("The shop keeps their company data here"), None);
    }

    #[test]
    fn a_shop_may_be_called_after_its_street() {
        let text = "COBBLE LANE GROCERY\n17 Cobble Lane, Galway\nTOTAL EUR  13.30";
        assert_eq!(seller(text).as_deref(), Some("COBBLE LANE GROCERY"));
        for address in ["Cobble Lane", "Jalan Rimbunan Raya", "17 Cobble Lane, Galway"] {
            assert!(is_address(address), "{address}");
        }
        assert!(!is_address("Cobble Lane Grocery"));
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
