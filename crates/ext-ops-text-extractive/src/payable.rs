//! Numbers that are part of what was bought: neither what a tip would make of it, nor the same sum in
//! another currency, a price before its reduction, or what a payment left open.

use crate::currency::{Currency, at_end};
use crate::fold::words;
use crate::labels::says;
use crate::lexicon::Concept;
use crate::money::Number;
use crate::rows::Document;

/// Phrases, folded, above and beside tips that a slip suggests.
const SUGGESTED: &str = "suggested tip|suggested tips|tip suggestion|tip suggestions|suggested gratuity|suggested gratuities|gratuity suggestions|gratuity guide|gratuity guidelines|tip guide|tip calculator|tip options|recommended tip|for your convenience|trinkgeldvorschlag|trinkgeld vorschlag|trinkgeldempfehlung|pourboire suggere|pourboires suggeres|suggestion de pourboire|propina sugerida|propina recomendada|mancia suggerita|mancia consigliata|voorgestelde fooi|gorjeta sugerida|sugerowany napiwek|foreslagen dricks";
/// Phrases, folded, of sums that nobody has asked for.
const SUPPOSED: &str = "would be|would make|would come to|would bring|ware|waren es|ergabe|serait|ferait|seria|sarebbe|zou zijn|byloby";
/// Phrases, folded, before prices that are not asked for: those before a reduction, and those of a
/// whole contract of which one part is due.
const LISTED: &str = "regular price|regular prices|regular price total|regular total|retail total|retail price|retail value|list price|list price total|list total|original price|original total|compare at|msrp|rrp|uvp|unverbindliche preisempfehlung|statt|prix conseille|prix public|precio habitual|prezzo di listino|adviesprijs|total contract value|contract value|contract total|vertragswert|gesamtvertragswert";
/// Phrases, folded, before what a payment was.
const PAID: &str = "amount paid|amount received|payment received|you paid|paid amount|paid today|paid now|payment amount|gezahlter betrag|gezahlt|zahlung erhalten|montant paye|paiement recu|importe pagado|importo pagato|betaald bedrag|kwota wplaty";
/// Phrases, folded, before what is left to pay after it.
const LEFT: &str = "balance|balance due|outstanding balance|remaining balance|remaining amount|balance remaining|new balance|amount outstanding|restbetrag|offener betrag|offener restbetrag|solde|reste a payer|solde restant|saldo|saldo pendiente|importe pendiente|residuo|openstaand bedrag|openstaand saldo|pozostalo do zaplaty";
/// Rows with a percentage below a suggestion that belong to it.
const SUGGESTED_ROWS: usize = 6;

/// Words of a label beside its phrase.
const EXTRA_WORDS: usize = 3;

/// Keeps the numbers that count.
pub(crate) fn keep(
    document: &Document,
    numbers: Vec<Number>,
    currency: Option<Currency>,
) -> Vec<Number> {
    let suggested = suggested_rows(document, &numbers);
    let code = currency.map(|found| found.code);
    let common = numbers.iter().any(|number| number.currency.is_some() && number.currency == code);
    let foreign = |number: &Number| common && number.currency.is_some_and(|own| Some(own) != code);
    let left = rows_of_the_rest(document, &numbers);
    let counts = |number: &Number| {
        let row = number.spot.row;
        let asked = !suggested.contains(&row) && !left.contains(&row);
        asked && !foreign(number) && !is_labelled(document, number, LISTED)
    };
    numbers.into_iter().filter(counts).collect()
}

/// Returns whether the nearest words before a number in its row are one of the phrases.
fn is_labelled(document: &Document, number: &Number, phrases: &str) -> bool {
    let own = document.before(number.spot);
    let cells = (0..number.spot.cell).rev().filter_map(|cell| document.cell(number.spot.row, cell));
    let mut texts = std::iter::once(own).chain(cells.map(|cell| cell.text.as_str()));
    let label = texts.find(|text| text.contains(char::is_alphabetic) && at_end(text).is_none());
    let label = label.or_else(|| Some(own).filter(|own| own.contains(char::is_alphabetic)));
    let label = label.map_or_else(Vec::new, words);
    let kept = label.iter().rposition(|word| word.contains(char::is_alphabetic));
    let label = label.get(..=kept.unwrap_or(0)).unwrap_or_default();
    phrases.split('|').any(|phrase| {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        label.len() >= phrase.len()
            && label.len() <= phrase.len() + EXTRA_WORDS
            && label.windows(phrase.len()).any(|part| part.iter().eq(phrase.iter()))
    })
}

/// Returns the rows of what is left to pay where a receipt says what was paid, and no total.
fn rows_of_the_rest(document: &Document, numbers: &[Number]) -> Vec<usize> {
    let rows = |phrases: &'static str| {
        let labelled =
            |number: &&Number| number.is_money() && is_labelled(document, number, phrases);
        numbers.iter().filter(labelled).map(|number| number.spot.row).collect::<Vec<_>>()
    };
    let (paid, left) = (rows(PAID), rows(LEFT));
    let is_total = |number: &Number| {
        let row = number.spot.row;
        let text = document.rows.get(row).map_or("", |row| row.text.as_str());
        !paid.contains(&row) && !left.contains(&row) && says(text, Concept::Total)
    };
    let apart = !paid.is_empty() && !paid.iter().any(|row| left.contains(row));
    if apart && !numbers.iter().any(is_total) { left } else { Vec::new() }
}

fn suggested_rows(document: &Document, numbers: &[Number]) -> Vec<usize> {
    let percent = |row: usize| numbers.iter().any(|n| n.percent && n.spot.row == row);
    let mut found = Vec::new();
    let mut last_heading = None;
    for (row, content) in document.rows.iter().enumerate() {
        let text = format!(" {} ", words(&content.text).join(" "));
        let says = |phrases: &str| phrases.split('|').any(|p| text.contains(&format!(" {p} ")));
        if says(SUGGESTED) {
            last_heading = Some(row);
        }
        let near = last_heading.is_some_and(|heading| row - heading <= SUGGESTED_ROWS);
        if last_heading == Some(row) || says(SUPPOSED) || near && percent(row) {
            found.push(row);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dates;
    use crate::money;

    fn kept(text: &str) -> Vec<String> {
        let document = Document::read(text);
        let (numbers, currency) = money::find(&document, &dates::find(&document));
        let numbers = keep(&document, numbers, currency);
        numbers.iter().map(|number| number.value.to_string()).collect()
    }

    #[test]
    fn suggested_tips_are_not_paid() {
        let text = "Soup  15.00\nTOTAL  $15.00\nSuggested tip: 15% 2.25  18% 2.70\n20%  3.00  18.00\nCARD  15.00";
        assert_eq!(kept(text), ["15.00", "15.00", "15.00"]);
        assert_eq!(kept("TOTAL  15.00\n20% would be a total of 18.00"), ["15.00"]);
        assert_eq!(kept("Amount  $30.00\nTip  $6.00\nTotal  $36.00"), ["30.00", "6.00", "36.00"]);
    }

    #[test]
    fn prices_before_a_reduction_are_not_asked_for() {
        let text = "Regular price total $52.00\nMember savings -$12.00\nTOTAL $40.00";
        assert_eq!(kept(text), ["-12.00", "40.00"]);
        assert_eq!(kept("Retail total: $52.00\nYou pay: $40.00"), ["40.00"]);
        assert_eq!(kept("Retail total:  $  52.00\nYou pay:  $  40.00"), ["40.00"]);
        let text = "Total contract value 2,400.00\nMonth 3\nAmount due 200.00";
        assert_eq!(kept(text).last().map(String::as_str), Some("200.00"));
        assert!(!kept(text).contains(&"2400.00".to_owned()));
        assert!(kept("Total: FREE\nRegular price: $49.00").is_empty());
        assert_eq!(kept("Lamp 12.00\nTotal price 12.00"), ["12.00", "12.00"]);
    }

    #[test]
    fn a_part_payment_is_what_was_paid() {
        let text = "Amount paid: EUR 100.00\nBalance: EUR 200.00";
        assert_eq!(kept(text), ["100.00"]);
        let text = "Invoice total: EUR 300.00\nAmount paid: EUR 100.00\nBalance due: EUR 200.00";
        assert_eq!(kept(text), ["300.00", "100.00", "200.00"]);
        assert_eq!(kept("Balance: EUR 200.00"), ["200.00"]);
    }

    #[test]
    fn sums_in_another_currency_are_the_same_ones() {
        let text = "TOTAL  CHF 20.00\nTOTAL EUR  21.40\nPaid CHF 20.00";
        assert_eq!(kept(text), ["20.00", "20.00"]);
        assert_eq!(kept("Lamp  20.00\nTOTAL EUR  20.00"), ["20.00", "20.00"]);
    }
}
