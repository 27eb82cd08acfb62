//! Recogniser of organisations, and of the one that issued the document.

mod name;
mod prose;

use std::collections::HashMap;

use name::{
    core_words, has_address_behind, is_form, is_hardly_more_than_its_form, legal_name, plain_name,
};
pub(crate) use name::{has_form, is_business, is_host};

use crate::fold::words;
use crate::hints::Hints;
use crate::labels::is_one_edit;
use crate::lexicon::Concept;
use crate::parties::{Claim, Party, claims};
use crate::ranking::seller;
use crate::rows::Document;

/// Rows at the top that may name the issuer without any label.
const TOP_ROWS: usize = 14;
/// Rows at the top where the letterhead of the issuer stands.
const HEAD_ROWS: usize = 4;
/// Rows at the bottom that may: a signature, the foot of a letter.
const BOTTOM_ROWS: usize = 12;
const MAX_NAMES: usize = 120;
const MAX_PLACES: usize = 400;

/// A name of an organisation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Organisation {
    pub(crate) name: String,
    /// `None`: the text does not print it.
    pub(crate) row: Option<usize>,
    /// 0 to 1.
    pub(crate) confidence: f32,
}

/// A name with every place that prints it.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    /// The name as the best of its places has it.
    pub(crate) text: String,
    /// It ends in a legal form.
    pub(crate) legal: bool,
    places: Vec<NamePlace>,
}

#[derive(Debug, Clone)]
struct NamePlace {
    row: usize,
    cell: usize,
    /// The party whose label claims it, and how many rows below the label it stands.
    claim: Option<(Party, usize)>,
    /// A label says that the text is a name.
    named: bool,
    /// An address follows in the same cell.
    before_address: bool,
}

impl Name {
    pub(crate) fn first_row(&self) -> Option<usize> {
        self.places.first().map(|place| place.row)
    }

    pub(crate) fn last_row(&self) -> Option<usize> {
        self.places.last().map(|place| place.row)
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = usize> {
        self.places.iter().map(|place| place.row)
    }

    pub(crate) fn cell(&self) -> usize {
        self.places.first().map_or(0, |place| place.cell)
    }

    pub(crate) fn times(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn named(&self) -> bool {
        self.places.iter().any(|place| place.named)
    }

    pub(crate) fn before_address(&self) -> bool {
        self.places.iter().any(|place| place.before_address)
    }

    /// Returns whether it is a company that stands where issuers stand.
    fn heads_the_document(&self) -> bool {
        let claimed = |party| self.claim(party).is_some();
        let at_the_top = self.first_row().is_some_and(|row| row < HEAD_ROWS);
        self.legal && !claimed(Party::Buyer) && (at_the_top || claimed(Party::Seller))
    }

    /// Returns the rows between the name and the nearest label of the party, if one claims it.
    pub(crate) fn claim(&self, party: Party) -> Option<usize> {
        let of = self.places.iter().filter_map(|place| place.claim);
        of.filter(|(claimed, _)| *claimed == party).map(|(_, distance)| distance).min()
    }
}

/// Finds who issued the document.
pub(crate) fn issuer(document: &Document, hints: &Hints) -> Option<Organisation> {
    let names = names(document, hints);
    let choice = seller::best(&seller::features(document, hints, &names))?;
    let name = names.get(choice.index)?;
    let text = spelt(document, hints, &names, name).to_owned();
    Some(Organisation { name: text, row: name.first_row(), confidence: choice.confidence })
}

/// Returns the name as the document's own domains confirm it: where a scan misread a letter of it,
/// another place may have it right.
fn spelt<'a>(document: &Document, hints: &Hints, names: &'a [Name], name: &'a Name) -> &'a str {
    let mut domains = domains(document);
    domains.extend(hints.domain.clone());
    let is_confirmed = |name: &Name| {
        let whole = core_words(&name.text).concat();
        domains.iter().any(|domain| domain.starts_with(&whole) || whole.starts_with(domain))
    };
    if is_confirmed(name) {
        return &name.text;
    }
    let other = names.iter().find(|other| is_alike(&name.text, &other.text) && is_confirmed(other));
    other.map_or(&name.text, |other| &other.text)
}

/// Returns whether two names differ in at most one letter of each word.
fn is_alike(one: &str, other: &str) -> bool {
    let (one, other) = (core_words(one), core_words(other));
    one.len() == other.len()
        && one.iter().zip(&other).all(|(a, b)| a == b || a.len() >= 4 && is_one_edit(a, b))
}

/// Finds who received it: the first name that a buyer's label claims.
pub(crate) fn buyer(document: &Document) -> Option<Organisation> {
    let names = names(document, &Hints::default());
    let claimed = names.iter().filter_map(|name| Some((name, name.claim(Party::Buyer)?)));
    let (name, distance) =
        claimed.min_by_key(|(name, distance)| (*distance, !name.named(), !name.legal))?;
    let sure = name.legal || name.named() || distance <= 1;
    let confidence = if sure { 0.75 } else { 0.5 };
    Some(Organisation { name: name.text.clone(), row: name.first_row(), confidence })
}

/// Collects the names of a document, and the sender's of its email.
pub(crate) fn names(document: &Document, hints: &Hints) -> Vec<Name> {
    let claims = claims(document);
    let mut names: Vec<Name> = Vec::new();
    let mut by_key: HashMap<String, usize> = HashMap::new();
    for (text, legal, place) in places(document, &claims) {
        let key = core_words(&text).join(" ");
        match by_key.get(&key).and_then(|at| names.get_mut(*at)) {
            Some(name) => name.add(text, legal, place),
            None if by_key.len() < MAX_NAMES => {
                by_key.insert(key, names.len());
                names.push(Name { text, legal, places: vec![place] });
            }
            None => break,
        }
    }
    let known = |sender: &String| by_key.contains_key(&core_words(sender).join(" "));
    // Who sends a document is not who issued it where the document says that.
    let named = names.iter().any(Name::heads_the_document);
    if let Some(sender) = hints.sender.as_ref().filter(|sender| !named && !known(sender)) {
        let legal = legal_name(sender).is_some();
        names.push(Name { text: sender.clone(), legal, places: Vec::new() });
    }
    // Who shows no name may have one in the domain; a company's name, and one in other letters, is
    // no spelling of it.
    let unnamed = hints.domain.as_ref().filter(|_| hints.sender.is_none() && !named);
    let says_more = |domain: &str, name: &Name| {
        name.legal || !name.text.is_ascii() || belongs(domain, &name.text)
    };
    if let Some(domain) = unnamed.filter(|own| !names.iter().any(|name| says_more(own, name))) {
        names.push(Name { text: domain.clone(), legal: false, places: Vec::new() });
    }
    names
}

impl Name {
    /// Adds a place; the spelling with the legal form is the better one.
    fn add(&mut self, text: String, legal: bool, place: NamePlace) {
        if legal && !self.legal {
            (self.text, self.legal) = (text, true);
        }
        self.places.push(place);
    }
}

/// Finds every text that may be a name, with its place.
fn places(document: &Document, claims: &[Claim]) -> Vec<(String, bool, NamePlace)> {
    let by_cell: HashMap<(usize, usize), &Claim> =
        claims.iter().map(|c| ((c.row, c.cell), c)).collect();
    let bottom = document.rows.len().saturating_sub(BOTTOM_ROWS);
    let mut found = Vec::new();
    for (row, cell, content) in document.cells() {
        let claim = by_cell.get(&(row, cell)).copied();
        let text = content.text.get(claim.map_or(0, |c| c.from)..).unwrap_or(&content.text);
        let named = claim.is_some() && is_named(document, row, cell, claim);
        let form = is_form(text).then(|| joined(document, row, cell, text.to_owned()));
        let form = form.filter(|name| name != text);
        let legal = form.or_else(|| Some(joined(document, row, cell, legal_name(text)?)));
        let legal = legal.map(|name| (name, true));
        let plain = || {
            let near = claim.is_some_and(|c| c.distance <= 4) || named;
            let may_be = !is_form(text) && (row < TOP_ROWS || row >= bottom || near);
            may_be.then(|| Some((plain_name(text)?, false)))?
        };
        let Some((name, legal)) = legal.or_else(plain) else { continue };
        let claim = claim.map(|claim| (claim.party, claim.distance));
        let before_address = has_address_behind(text, &name);
        found.push((name, legal, NamePlace { row, cell, claim, named, before_address }));
        if found.len() >= MAX_PLACES {
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

/// Returns whether a text may be a name and nothing else.
pub(crate) fn may_be_name(text: &str) -> bool {
    legal_name(text).is_some() || plain_name(text).is_some()
}

/// Joins a name that breaks over two lines: `LIAN CHI PU TIAN` / `RESTAURANT SDN BHD`.
fn joined(document: &Document, row: usize, cell: usize, name: String) -> String {
    let Some(above) = row
        .checked_sub(1)
        .filter(|_| is_hardly_more_than_its_form(&name) && !document.follows_blank(row))
        .and_then(|above| document.cell(above, document.in_column(above, row, cell, false)?))
    else {
        return name;
    };
    match plain_name(&above.text) {
        Some(head) if legal_name(&above.text).is_none() => format!("{head} {name}"),
        _ => name,
    }
}

/// Finds names of web sites and mail domains, without the ending: `muster-autovermietung`.
pub(crate) fn domains(document: &Document) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for row in &document.rows {
        for token in row.text.split_whitespace().filter(|token| token.contains('.')) {
            let Some(domain) = domain(token) else { continue };
            if found.len() < 50 && !found.contains(&domain) {
                found.push(domain);
            }
        }
    }
    found
}

/// Endings of hosts that are no country's.
const ENDINGS: [&str; 10] =
    ["com", "net", "org", "info", "biz", "shop", "store", "app", "dev", "online"];

/// Returns the own label of the host in an address, a link, or a host that stands by itself.
fn domain(token: &str) -> Option<String> {
    let host = token.rsplit('@').next()?.trim_start_matches("https://");
    let host = host.trim_start_matches("http://").split(['/', '?', ',', ')', ';']).next()?;
    let host = host.trim_end_matches(['.', ':']);
    let label = ext_senders::own_label(host)?;
    let ending = host.rsplit('.').next()?;
    let is_country = ending.len() == 2 && ending.bytes().all(|b| b.is_ascii_lowercase());
    let linked = token.contains('@') || token.contains("www.") || token.contains("://");
    let domain = label.to_lowercase().replace('-', "");
    let bare = is_country || ENDINGS.contains(&ending);
    (domain.len() >= 4 && (linked || bare) && !ext_senders::is_mailbox_provider(label))
        .then_some(domain)
}

/// Returns whether a text has an address of an email, a link or a host.
pub(crate) fn has_domain(text: &str) -> bool {
    text.split_whitespace().any(|token| token.contains('.') && domain(token).is_some())
        || text.contains(['@'])
        || text.contains("://")
}

/// Returns whether a domain is that of a name: `semrush` belongs to `Semrush Inc.`; the first word
/// decides, or all words together.
pub(crate) fn belongs(domain: &str, name: &str) -> bool {
    let words = words(name);
    let first = words.iter().find(|word| word.len() >= 4);
    let whole: String = words.concat();
    first.is_some_and(|word| domain.starts_with(word.as_str())) || whole.starts_with(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seller(text: &str) -> Option<String> {
        issuer(&Document::read(text), &Hints::default()).map(|found| found.name)
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
    fn a_letterhead_says_more_than_a_sender() {
        let hints = Hints::of("From: \"Shop Example\" <billing@shop.example>");
        let text =
            "Foo GmbH\nHafenstrasse 12, 20457 Hamburg\nINVOICE\nCable  10.00\nTotal  EUR 10.00";
        assert_eq!(issuer(&Document::read(text), &hints).unwrap().name, "Foo GmbH");
        let text = "INVOICE\nInvoice number: 4711\nCable  10.00\nTotal  EUR 10.00";
        assert_eq!(issuer(&Document::read(text), &hints).unwrap().name, "Shop Example");
    }

    #[test]
    fn the_buyer_is_not_the_seller() {
        let text = "Bill to\nFoo GmbH\n\nInvoice 1\nFoo GmbH\nBar Ltd, Dublin";
        assert_eq!(seller(text).as_deref(), Some("Bar Ltd"));
        assert_eq!(buyer(&Document::read(text)).unwrap().name, "Foo GmbH");
    }

    #[test]
    fn a_legal_form_may_stand_below_its_name() {
        for (text, name) in [
            ("Marta Becker\nOy\nKauppakatu 145\nKuitti\nYhteensä  51,65", "Marta Becker Oy"),
            (
                "Bralim Restaurace spol.\ns r.o.\nNádražní 2/3\nCelkem  36,00 Kč",
                "Bralim Restaurace spol s r.o.",
            ),
        ] {
            assert_eq!(seller(text).as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn a_shop_may_be_called_nearly_as_a_label() {
        for name in ["Toral", "Posto Moreau", "Marta Becker"] {
            assert!(may_be_name(name), "{name}");
        }
        for label in ["Total", "T0TAL", "Invoice date"] {
            assert!(!may_be_name(label), "{label}");
        }
    }

    #[test]
    fn hosts_stand_by_themselves() {
        let of = |text: &str| domains(&Document::read(text));
        assert_eq!(of("Lamp Shop · Leeds · lamp-shop.co.uk"), ["lampshop"]);
        assert_eq!(of("pay@mail.lamps.example, see www.lamps.com.br."), ["lamps"]);
        assert!(of("spol. s r.o., No.12, e.g. 12.50, billing@gmail.com").is_empty());
    }

    #[test]
    fn a_domain_confirms_a_spelling() {
        let text = "BRALTOR HARDWERE\n17 Mill Lane, Leeds\nRECEIPT\nTOTAL  5.00\nCASH  5.00\n\nBraltor Hardware\nwww.braltorhardware.example";
        assert_eq!(seller(text).as_deref(), Some("Braltor Hardware"));
    }
}
