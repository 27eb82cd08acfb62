//! Amounts that only repeat the one before them in another currency, and numbers that measure
//! something.

use std::collections::BTreeSet;

use ext_amounts::{Currency, Found, starting};

use crate::money::Printed;
use crate::rows::Document;

/// Currencies that are no longer in circulation, as receipts name them beside the one that is.
const WITHDRAWN: &str = "HRK kn DEM DM ATS FRF ITL ESP NLG BEF FIM IEP PTE GRD SIT SKK EEK LVL LTL";
/// Most characters of a currency beside an amount.
const MARK: usize = 5;
/// Most characters between an amount and the one that repeats it.
const BETWEEN: usize = 32;

/// Units that do not stand behind prices.
const UNITS: &str = "km kwh mwh wh m3 m³ m2 m² kg mg cm mm ml cl dl hl litre litres liter liters liters gb mb tb kb \
gib mib min mins minute minutes minuten hour hours hrs std stunden stunde heures horas ore miles mile mi nights night nächte \
nuits notti noches points pts punkte pkt nm ha kcal kj kva kw mah gbps mbps km/h l/100km";
/// Units that count, which stand in a cell of their own beside prices as well.
const COUNTS: &str = "pcs pc stk stück st pieces piece days day tage tag jours";
/// Units of one letter, which are codes of taxes in capitals.
const LETTERS: &str = "m l g h";
/// Words before an amount of a fluid, where a capital stands for litres.
const FLUIDS: [&str; 9] =
    ["volume", "fuel", "litre", "liter", "diesel", "petrol", "benzin", "water", "consumption"];

/// Removes the amounts that repeat another one in another currency. Of such a pair the first one
/// stays, or the one in the currency of all other amounts.
pub(crate) fn without_repeats(document: &Document, numbers: Vec<Printed>) -> Vec<Printed> {
    let pairs: Vec<usize> = (1..numbers.len())
        .filter(|at| {
            let pair = at.checked_sub(1).and_then(|before| numbers.get(before..=*at));
            pair.is_some_and(|pair| matches!(pair, [one, two] if repeats(document, one, two)))
        })
        .collect();
    if pairs.is_empty() {
        return numbers;
    }
    let paired: BTreeSet<usize> = pairs.iter().flat_map(|at| [at.saturating_sub(1), *at]).collect();
    let alone = numbers.iter().enumerate().filter(|(at, _)| !paired.contains(at));
    let used: BTreeSet<Currency> = alone.filter_map(|(_, one)| one.found.currency()).collect();
    let is_used = |found: &Found| found.currency().is_some_and(|own| used.contains(&own));
    let dropped: BTreeSet<usize> = pairs
        .iter()
        .filter_map(|second| {
            let (one, two) = (numbers.get(second.checked_sub(1)?)?, numbers.get(*second)?);
            let foreign = is_used(&two.found) && !is_used(&one.found);
            Some(if foreign { second - 1 } else { *second })
        })
        .collect();
    let stays = |(at, _): &(usize, Printed)| !dropped.contains(at);
    numbers.into_iter().enumerate().filter(stays).map(|(_, number)| number).collect()
}

/// Returns whether the second amount repeats the first: `EUR 100.00 (USD 117.00)`, `100 € / 117 $`.
fn repeats(document: &Document, one: &Printed, two: &Printed) -> bool {
    let beside = (one.spot.row, one.spot.cell) == (two.spot.row, two.spot.cell);
    let cell = document.cell(one.spot.row, one.spot.cell).filter(|_| beside);
    let Some(text) = cell.map(|cell| cell.text.as_str()) else { return false };
    let between = text.get(one.spot.end..two.spot.start).unwrap_or_default();
    let behind = text.get(two.spot.end..).unwrap_or_default();
    one.found.mark.is_some() && is_other(one, two, between, behind) && links(between, behind)
}

fn is_other(one: &Printed, two: &Printed, between: &str, behind: &str) -> bool {
    let withdrawn = |text: &str| {
        let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.next().is_some_and(|word| WITHDRAWN.split(' ').any(|known| known == word))
    };
    let before = between.rsplit(['(', '/', '=', '≈', '[']).next().unwrap_or_default();
    match (one.found.mark, two.found.mark) {
        (Some(one), Some(two)) => !one.currencies().any(|currency| two.may_mean(currency)),
        _ => withdrawn(behind) || withdrawn(before),
    }
}

/// Returns whether the text between two amounts says that the second is the same sum.
fn links(between: &str, behind: &str) -> bool {
    let Some((at, link)) = between.char_indices().find(|(_, c)| "([/=≈~".contains(*c)) else {
        return false;
    };
    let short = |text: &str| text.trim().chars().count() <= MARK;
    let (before, after) = (between.get(..at), between.get(at + link.len_utf8()..));
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let closed = behind.chars().take(MARK + 3).any(|c| matches!(c, ')' | ']'));
    let fits = match link {
        '(' | '[' => !after.contains([')', ']']) && closed,
        _ => short(after),
    };
    short(before) && fits && between.chars().count() <= BETWEEN
}

/// Returns whether a number without a currency counts something else than money, by the unit behind
/// it: in its own text, or alone in the next cell.
pub(crate) fn is_measure(found: &Found, text: &str, next: &str) -> bool {
    if found.mark.is_some() || found.percent {
        return false;
    }
    let behind = text.get(found.range.end..).unwrap_or_default();
    let own = behind.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    if own.is_empty() {
        return is_one_of(&next.trim().to_lowercase(), UNITS);
    }
    let length = own.find(|c: char| !c.is_alphanumeric() && c != '/').unwrap_or(own.len());
    let (unit, _) = own.split_at_checked(length).unwrap_or((own, ""));
    let lower = unit.to_lowercase();
    let before = text.get(..found.range.start).unwrap_or_default().to_lowercase();
    let fluid = unit == "L" && FLUIDS.iter().any(|word| before.contains(word));
    is_one_of(unit, LETTERS) || fluid || is_one_of(&lower, UNITS) || is_one_of(&lower, COUNTS)
}

fn is_one_of(word: &str, list: &str) -> bool {
    !word.is_empty() && starting(word).is_none() && list.split(' ').any(|known| known == word)
}

#[cfg(test)]
mod tests {
    use crate::amounts::tag;
    use crate::context::Surroundings;
    use crate::money;
    use crate::ranking::total;
    use crate::rows::Document;

    fn read(text: &str) -> Vec<(String, Option<&'static str>)> {
        let (numbers, _) = money::find(&Document::read(text), &[]);
        numbers.iter().map(|number| (number.value.to_string(), number.currency)).collect()
    }

    fn may_be_totals(text: &str) -> Vec<String> {
        let document = Document::read(text);
        let (numbers, _) = money::find(&document, &[]);
        let amounts = tag(&document, &Surroundings::of(&document), &numbers);
        let found = total::candidates(&amounts, document.rows.len());
        found.iter().map(|one| one.value.to_string()).collect()
    }

    #[test]
    fn the_same_sum_in_another_currency_is_left_out() {
        for (text, value, code) in [
            ("Total due: EUR 100,00 (approx. USD 117.00)", "100.00", "EUR"),
            ("Total due: €100.00 (≈ $117.00)", "100.00", "EUR"),
            ("Total due: HK$780.00 (US$100.00)", "780.00", "HKD"),
            ("Total due: CHF 100.00 / EUR 104.50", "100.00", "CHF"),
            ("Total due: 100,00 € / 195,58 лв.", "100.00", "EUR"),
            ("Total due: 55,96 EUR (421,64 HRK)", "55.96", "EUR"),
            ("Total due: £85.00 = €98.60", "85.00", "GBP"),
        ] {
            assert_eq!(read(text), [(value.to_owned(), Some(code))], "{text}");
        }
        let others = "Lamp: EUR 60.00\nCable: EUR 40.00\nTotal: USD 117.00 (EUR 100.00)";
        assert_eq!(read(others).last(), Some(&("100.00".to_owned(), Some("EUR"))));
    }

    #[test]
    fn other_amounts_beside_one_another_stay() {
        for (text, count) in [
            ("Total: EUR 119.00 (incl. EUR 19.00 VAT)", 2),
            ("Total: EUR 119.00 (19.00 VAT)", 2),
            ("Lamp $5.00 (AUD)", 1),
            ("Price $10.00 / Tax $2.00", 2),
            ("Fee EUR 5.00 and USD 6.00", 2),
        ] {
            assert_eq!(read(text).len(), count, "{text}");
        }
    }

    #[test]
    fn what_is_measured_is_not_to_pay() {
        for text in [
            "Total distance: 450.00 km",
            "Total consumption: 1,450.00 kWh",
            "Total consumption  1,450.00  kWh",
            "Total volume: 45.20 L",
            "Total volume: 45.20 m³",
            "Total weight: 12.50 kg",
            "Total: 12.50 h",
            "Total points: 1,250 points",
            "Total: 3 nights",
            "Total: 12 Stk.",
        ] {
            assert!(may_be_totals(text).is_empty(), "{text} {:?}", may_be_totals(text));
        }
        for text in ["Total: EUR 12.50 m", "Total: 12.50 L", "Total: 12.50 A", "Total 12.50 Kč h"]
        {
            assert_eq!(may_be_totals(text), ["12.5"], "{text}");
        }
    }
}
