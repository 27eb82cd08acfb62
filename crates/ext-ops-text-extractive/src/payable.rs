//! Numbers that are part of what was bought: neither what a tip would make of it, nor the same sum in
//! another currency.

use crate::currency::Currency;
use crate::fold::words;
use crate::money::Number;
use crate::rows::Document;

/// Phrases, folded, above and beside tips that a slip suggests.
const SUGGESTED: &str = "suggested tip|suggested tips|tip suggestion|tip suggestions|suggested gratuity|suggested gratuities|gratuity suggestions|gratuity guide|gratuity guidelines|tip guide|tip calculator|tip options|recommended tip|for your convenience|trinkgeldvorschlag|trinkgeld vorschlag|trinkgeldempfehlung|pourboire suggere|pourboires suggeres|suggestion de pourboire|propina sugerida|propina recomendada|mancia suggerita|mancia consigliata|voorgestelde fooi|gorjeta sugerida|sugerowany napiwek|foreslagen dricks";
/// Phrases, folded, of sums that nobody has asked for.
const SUPPOSED: &str = "would be|would make|would come to|would bring|ware|waren es|ergabe|serait|ferait|seria|sarebbe|zou zijn|byloby";
/// Rows with a percentage below a suggestion that belong to it.
const SUGGESTED_ROWS: usize = 6;

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
    let counts = |number: &Number| !suggested.contains(&number.spot.row) && !foreign(number);
    numbers.into_iter().filter(counts).collect()
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
    fn sums_in_another_currency_are_the_same_ones() {
        let text = "TOTAL  CHF 20.00\nTOTAL EUR  21.40\nPaid CHF 20.00";
        assert_eq!(kept(text), ["20.00", "20.00"]);
        assert_eq!(kept("Lamp  20.00\nTOTAL EUR  20.00"), ["20.00", "20.00"]);
    }
}
