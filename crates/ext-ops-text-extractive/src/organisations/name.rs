//! The words of a name: where it begins and ends in a text.

use super::prose::is_prose;
use crate::fold::{has_letter, words};
use crate::labels::{exact_labels, labels};
use crate::lexicon::Concept;

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
    &["zrt"],
    &["nyrt"],
    &["bt"],
    &["spol", "s", "r", "o"],
    &["spol"],
    &["spolka", "jawna"],
    &["sp", "j"],
    &["oyj"],
    &["ky"],
    &["tmi"],
    &["asa"],
    &["enk"],
    &["hb"],
    &["kb"],
    &["i", "s"],
    &["k", "s"],
    &["ltd", "sti"],
    &["og"],
    &["gbr"],
    &["dac"],
    &["snc"],
    &["s", "n", "c"],
    &["s", "a", "s", "u"],
    &["sprl"],
    &["srls"],
    &["s", "l", "u"],
    &["s", "a", "de", "c", "v"],
    &["s", "de", "r", "l"],
    &["s", "de", "r", "l", "de", "c", "v"],
    &["unipessoal", "lda"],
    &["eireli"],
    &["me"],
    &["vof"],
    &["v", "o", "f"],
    &["ug", "haftungsbeschrankt"],
    &["p", "l", "c"],
    &["co"],
    &["ehf"],
    &["d", "o", "o"],
    &["doo"],
    &["еоод"],
    &["оод"],
    &["αε"],
    &["α", "ε"],
    &["επε"],
    &["ικε"],
    &["enterprise"],
    &["trading"],
    &["holdings"],
];

/// Legal forms that stand before or behind a Japanese name, without a space.
const JAPANESE_FORMS: [&str; 3] = ["株式会社", "有限会社", "合同会社"];

/// Words, folded, that name a kind of business.
const BUSINESS: &str = "restaurant restoran cafe coffee kitchen bakery bistro bar grill pizza hotel hardware \
supermarket market mart minimart mini store stores shop pharmacy farmasi apotheke pasar \
kedai trading enterprise services station parking books bookstore stationery electrical \
motor auto clinic dental house food foods seafood noodle village centre center industries \
supply supplies marketing group bank insurance versicherung backerei gasthaus \
autovermietung boulangerie pharmacie ferreteria retail gift deco fashion gallery florist \
salon optical corner express garden buchhandlung elektro baumarkt drogerie wirtshaus \
gasthof metzgerei systeme energie beratung software stadtwerke pension tankstelle handel \
werkstatt bau technik praxis verlag reisen spedition librairie marche quincaillerie \
boutique brasserie conseil informatique auberge garage epicerie supermarche pizzeria \
creperie imprimerie coiffure libreria mercado supermercados supermercado restaurante \
panaderia cafeteria bodega taqueria servicios energia consultores sistemas hostal \
gasolinera farmacia papeleria carniceria abarrotes tienda ferramenta mercato supermercati \
supermercato trattoria ristorante osteria gelateria panificio pasticceria caffe servizi \
consulenza sistemi albergo carburanti macelleria tabaccheria winkel boekhandel bouwmarkt \
bakkerij eetcafe slagerij diensten advies hosting herberg apotheek kapsalon supermarkt \
livraria loja padaria pastelaria confeitaria churrascaria servicos consultoria pousada \
combustiveis posto mercearia papelaria drogaria sklep ksiegarnia piekarnia restauracja \
kawiarnia cukiernia uslugi systemy doradztwo apteka pensjonat stacja hurtownia obchod \
knihkupectvi potraviny pekarna restaurace kavarna sluzby penzion lekarna cukrarna butik \
bokhandel livs bageri restaurang kafe krog tjanster konsult hotell apotek isenkram \
boghandel marked kro radgivning systemer bakeri butikk jernvare tjenester kauppa \
kirjakauppa tavaratalo leipomo ravintola kahvila palvelut hotelli huoltoasema apteekki \
bolt konyvesbolt aruhaz pekseg etterem kavezo cukraszda szolgaltato tanacsado panzio \
benzinkut patika vendeglo magazin librarie farmacie brutarie cafenea servicii consulting \
pensiunea benzinarie kitabevi magazasi lokantasi firini hizmetleri enerji danismanlik \
yazilim otel pansiyon eczane eczanesi petrol nalbur energy studio labs systems diner inn \
lodge fuels oil outfitters grocery deli pub solutions logistics media design travel \
airlines taxi rides";

const MAX_NAME_WORDS: usize = 9;

/// Returns whether a word of the name is a kind of business.
pub(crate) fn is_business(name: &str) -> bool {
    words(name).iter().any(|word| BUSINESS.split(' ').any(|known| known == word))
}

/// Returns whether a text ends in a legal form.
pub(crate) fn has_form(text: &str) -> bool {
    let folded: Vec<Vec<String>> = text.split_whitespace().map(words).collect();
    folded.len() > 1 && form_length(&folded).is_some()
}

/// Returns the folded words of a name without its legal form: what two spellings share.
pub(super) fn core_words(name: &str) -> Vec<String> {
    let folded: Vec<Vec<String>> = name.split_whitespace().map(words).collect();
    let form = form_length(&folded).filter(|form| *form < folded.len()).unwrap_or(0);
    let core: Vec<String> = folded.into_iter().rev().skip(form).rev().flatten().collect();
    let spelt = core
        .iter()
        .map(|word| JAPANESE_FORMS.iter().fold(word.clone(), |word, form| word.replace(form, "")));
    spelt.filter(|word| !word.is_empty()).collect()
}

/// Returns whether digits stand behind the name, as in the line above an address window:
/// `Acme · 17 Mill Lane · Leeds`.
pub(super) fn has_address_behind(text: &str, name: &str) -> bool {
    let behind = text.find(name).and_then(|at| text.get(at + name.len()..));
    behind.is_some_and(|rest| rest.chars().any(|c| c.is_ascii_digit()) && has_letter(rest))
}

/// Returns whether a name has at most one word besides its legal form, and so may have begun a line
/// above.
pub(super) fn is_hardly_more_than_its_form(name: &str) -> bool {
    let folded: Vec<Vec<String>> = name.split_whitespace().map(words).collect();
    folded.len() <= form_length(&folded).unwrap_or(0) + 1
}

/// Finds the name that ends in a legal form, without what stands before and after it.
pub(super) fn legal_name(text: &str) -> Option<String> {
    pieces(text).find_map(legal_name_in)
}

/// Splits a text at separators that no name has inside.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split([':', '|', '(', ')', '–', '—', '•', '·', '©', '~', '"', '�'])
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
        let named =
            tokens.get(start..end - length).is_some_and(|name| name.iter().any(|t| has_letter(t)));
        let fits = named && end - start <= MAX_NAME_WORDS + length && !is_state(&tokens, end);
        return fits.then(|| name.trim_matches([',', ';', '*', '-', ' ', '#']).to_owned());
    }
    None
}

/// Returns whether a form is the code of a state behind its town and before its post code:
/// `Calgary, AB T2P 1J9`.
fn is_state(tokens: &[&str], end: usize) -> bool {
    let token = |at: Option<usize>| at.and_then(|at| tokens.get(at)).copied().unwrap_or_default();
    let code = token(end.checked_sub(1));
    let is_code = code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
    is_code
        && token(end.checked_sub(2)).ends_with(',')
        && token(Some(end)).contains(|c: char| c.is_ascii_digit())
}

/// Returns whether a text is a legal form and nothing else, as where a name breaks before it.
pub(super) fn is_form(text: &str) -> bool {
    let folded: Vec<Vec<String>> = text.split_whitespace().map(words).collect();
    !folded.is_empty() && form_length(&folded) == Some(folded.len())
}

/// Counts the tokens of the legal form that ends `folded`.
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

/// Finds the start of the name: in a short piece its beginning, in a sentence the capitals.
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

/// Returns the text of a line that may be a name: some words, no sentence, address, label, date, number or
/// link.
pub(super) fn plain_name(text: &str) -> Option<String> {
    if is_prose(text) {
        return None;
    }
    let pair = text.split_once(':').is_some_and(|(_, value)| !value.trim().is_empty());
    let piece = pieces(text).filter(|_| !pair).map(str::trim).find(|piece| has_letter(piece))?;
    // `Acme, 17 Mill Lane, Leeds`: what stands before the address.
    let head = piece.split_once(',').filter(|(_, rest)| rest.chars().any(|c| c.is_ascii_digit()));
    let piece = head.map_or(piece, |(head, _)| head);
    let name = piece.trim_matches(['*', '-', '=', '.', ',', '_', '#', '\'', ' ', '<', '>', '!']);
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let count = name.split_whitespace().count();
    let odd = name.contains(['@', ',', ';', '=', '/', '%']) && !name.contains(" @ ")
        || is_host(name)
        || name.contains("www.")
        || name.contains("http")
        || text.contains("://");
    let fits = letters >= 3 && digits * 2 <= letters && count <= MAX_NAME_WORDS && !odd;
    (fits && !is_labelled(piece) && !is_address(piece)).then(|| name.to_owned())
}

/// Returns whether a name is that of a host: `lamp-shop.example`.
pub(crate) fn is_host(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c);
    (2..=8).contains(&ending.len()) && name.chars().all(plain)
}

/// Returns whether labels make up most of the text.
fn is_labelled(text: &str) -> bool {
    let mut found = exact_labels(text);
    found
        .retain(|label| !matches!(label.concept, Concept::Seller | Concept::Name | Concept::Noise));
    found.dedup_by_key(|label| label.at);
    let covered: usize = found.iter().map(|label| label.length).sum();
    covered * 2 >= words(text).len()
}

/// Endings of the names of streets.
const STREET_ENDINGS: &str = "strasse str weg platz allee gasse ufer damm chaussee ring straat laan kade plein singel gracht dreef steenweg gatan vagen stigen torget gata veien vei gade vej vejen alle katu tie kuja polku utca";

/// Returns whether the text is part of an address. Without a number, a word like `lane` has to
/// stand at an end: `Cobble Lane Grocery` is a shop.
fn is_address(text: &str) -> bool {
    let number = text.chars().any(|c| c.is_ascii_digit());
    let last = words(text).len();
    let address = labels(text).iter().any(|label| {
        let at_an_end = label.at == 0 || label.at + label.length == last;
        label.concept == Concept::Address && (number || at_an_end)
    });
    let street = words(text)
        .iter()
        .any(|word| STREET_ENDINGS.split(' ').any(|ending| word.ends_with(ending)));
    address || (number && street)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for text in ["no company here", "3511 AB Utrecht", "Calgary, AB T2P 1J9", "Oy"] {
            assert_eq!(legal_name(text), None, "{text}");
        }
        assert_eq!(legal_name("The shop keeps their company data here"), None);
    }

    #[test]
    fn a_street_is_an_address_and_a_shop_called_after_it_is_none() {
        for address in [
            "Cobble Lane",
            "Jalan Rimbunan Raya",
            "17 Cobble Lane, Galway",
            "Kauppakatu 145",
            "Hamnvägen 228",
        ] {
            assert!(is_address(address), "{address}");
        }
        assert!(!is_address("Cobble Lane Grocery"));
    }
}
