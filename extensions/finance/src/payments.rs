//! Payments that an email of a payment service tells of: in sentences (`You paid 5.00 EUR to Café`),
//! or as a table. One email may tell of several, to different sellers.

use ext_amounts::{Currency, Spaces, scan};

use crate::fields::{self, Receipt};
use crate::html::Structured;
use crate::money;
use crate::payee::{self, cells};
use crate::text::{Line, Lines, Phrases, fold, says};

/// Payments that are taken from one email.
const MAX_PAYMENTS: usize = 100;
/// Lines at the top of an email that say what it is about.
const HEAD: usize = 14;
/// Longest sentence about a payment, in words.
const SENTENCE_WORDS: usize = 24;
/// Longest name of a seller, in words.
const NAME_WORDS: usize = 8;

/// Beginnings of sentences about a payment that the reader made.
const PAID: Phrases = "you paid|you ve paid|you have paid|you sent|you ve sent|du hast|sie haben|vous avez paye|\
vous avez envoye|has pagado|ha pagado|has enviado|hai pagato|ha pagato|hai inviato|je hebt|u heeft|pagou|enviou|zaplaciles|\
du har betalat|du har betalt";
/// Beginnings of lines that tell of payments where the email lists some.
const PAYMENT: Phrases = "payment of|payment to|paid to|zahlung an|zahlung von|zahlung uber|paiement a|paiement de|pago a|\
pago de|pagamento a|pagamento di|betaling aan|betaling van|zaplacono|platnosc dla|betalning till|betaling til";
/// Words for money that comes.
const RECEIVED: Phrases = "you received|you ve received|received from|sent you|erhalten|avez recu|has recibido|hai ricevuto|\
ontvangen|recebeu|otrzymal*|refund*|erstatt*|rembours*|reembols*|rimbors*|terugbetal*";
/// Words before the one who is paid.
const TO: &str = "to an à a al alla aan para dla till til";
/// Verbs that end a sentence behind the name.
const DONE: Phrases =
    "gezahlt|bezahlt|gesendet|uberwiesen|geschickt|betaald|gestuurd|betalat|betalt";
/// Words that end a name.
const BEHIND: &str =
    "on am le el il op den dnia via with mit avec con met for für pour por per from using using.";

/// Phrases of emails that list payments.
const LISTS: Phrases = "your payments|your recent payments|payments you made|payments made|payments sent|payment summary|\
payment overview|your purchases|you paid|deine zahlungen|ihre zahlungen|zahlungsubersicht|zahlungen im uberblick|vos paiements|\
tus pagos|sus pagos|i tuoi pagamenti|je betalingen|uw betalingen|seus pagamentos|twoje platnosci|dina betalningar|dine betalinger";
const DATE: Phrases = "date|datum|fecha|data|dato|day|tag|pvm|日付";
const PAYEE: Phrases = "merchant|payee|recipient|seller|vendor|paid to|to|name|shop|store|empfanger|handler|an|zahlungsempfanger|\
beneficiaire|marchand|destinataire|comercio|destinatario|beneficiario|esercente|ontvanger|winkel|odbiorca|sprzedawca|mottagare|\
modtager|butik|支払先";
const AMOUNT: Phrases = "amount|total|paid|sum|betrag|summe|montant|importe|importo|bedrag|valor|kwota|belopp|belob|金額";

/// Returns the payments of a text that tells of several.
pub(crate) fn several(subject: &str, text: &str) -> Vec<Structured> {
    let lines = Lines::new(text);
    let lists = says(subject, LISTS) || lines.head(HEAD).any(|line| line.says(LISTS));
    let may_tell = |line: &&Line<'_>| lists || line.says(PAID);
    let told: Vec<Structured> =
        lines.iter().filter(may_tell).filter_map(sentence).take(MAX_PAYMENTS).collect();
    let found = if told.len() < 2 && lists { table(text) } else { told };
    let found = if found.len() < 2 { blocks(text) } else { found };
    if found.len() < 2 { Vec::new() } else { found }
}

/// Lines of a block that tells of one payment.
const BLOCK: usize = 8;
/// Reads blocks of labels and values, each with the one who was paid and an amount.
fn blocks(text: &str) -> Vec<Structured> {
    let rows: Vec<Vec<&str>> = text.lines().map(cells).filter(|row| !row.is_empty()).collect();
    let names: Vec<(usize, String)> =
        (0..rows.len()).filter_map(|at| Some((at, payee::of_row(&rows, at)?.name))).collect();
    let ends = names.iter().skip(1).map(|(at, _)| *at).chain([rows.len()]);
    let blocks: Vec<_> = names
        .iter()
        .zip(ends)
        .filter_map(|((at, name), end)| Some((name, rows.get(at + 1..end.min(at + BLOCK))?)))
        .collect();
    let of = |amount: Amount| {
        let found = blocks.iter().filter_map(|(name, rows)| block(name, rows, amount));
        found.take(MAX_PAYMENTS).collect::<Vec<_>>()
    };
    // Where no total is labelled, a block may have one amount.
    let labelled = of(labelled_total);
    if labelled.is_empty() { of(only_amount) } else { labelled }
}

/// Finds the text of the amount in the rows of a block.
type Amount = for<'a> fn(&[Vec<&'a str>]) -> Option<&'a str>;

fn labelled_total<'a>(rows: &[Vec<&'a str>]) -> Option<&'a str> {
    value(rows, crate::cues::TOTAL)
}

fn only_amount<'a>(rows: &[Vec<&'a str>]) -> Option<&'a str> {
    let mut cells = rows.iter().flatten().filter(|cell| Line::new(cell).money > 0);
    cells.next().copied().filter(|_| cells.next().is_none())
}

/// Returns the cell beside a label, or the cell that begins with it.
fn value<'a>(rows: &[Vec<&'a str>], label: Phrases) -> Option<&'a str> {
    let row = rows.iter().find(|row| row.first().is_some_and(|cell| says(cell, label)))?;
    row.get(1).or_else(|| row.first()).copied()
}

/// Makes a payment of the rows behind a name: the amount, and the first row of a date.
fn block(name: &str, rows: &[Vec<&str>], amount: Amount) -> Option<Structured> {
    let mut payment = payment(name.to_owned(), amount(rows)?)?;
    let date = value(rows, DATE_LABEL)
        .or_else(|| rows.iter().flatten().find(|cell| is_dated(cell)).copied());
    payment.receipt.date = date.and_then(fields::label);
    Some(payment)
}

/// Returns whether a text has a date, by its shape: three numbers, or a year.
fn is_dated(cell: &str) -> bool {
    let numbers: Vec<&str> =
        cell.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    let is_year = |run: &&str| run.len() == 4 && (run.starts_with("19") || run.starts_with("20"));
    Line::new(cell).money == 0
        && cell.len() <= 40
        && numbers.iter().any(is_year)
        && (2..=3).contains(&numbers.len())
}

/// Labels of the day of a payment.
const DATE_LABEL: Phrases = "date|datum|fecha|data|dato|day|tag|pvm|paivamaara|dated|issued|date of issue|invoice date|rechnungsdatum|belegdatum|date d emission|\
fecha de emision|data documento|data di emissione|factuurdatum|data de emissao|data wystawienia|datum vystaveni|vystaveno|fakturadatum|fakturadato|laskun pvm|kelt|\
szamla kelte|data facturii|data emiterii|tarih|fatura tarihi|日付|発行日|請求日";

/// Returns the one payment of a text that tells of one.
pub(crate) fn only(text: &str) -> Option<Receipt> {
    let lines = Lines::new(text);
    let mut told = lines.iter().filter_map(sentence);
    let first = told.next()?;
    told.next().is_none().then_some(first.receipt)
}

/// Reads a sentence that says how much was paid to whom.
fn sentence(line: &Line<'_>) -> Option<Structured> {
    if line.words() > SENTENCE_WORDS
        || line.says(RECEIVED)
        || !line.says(PAID) && !line.says(PAYMENT)
    {
        return None;
    }
    let mut payment = payment(payee(line.raw)?, line.raw)?;
    // The day of one sentence is not that of the others.
    payment.receipt.date = fields::label(line.raw).filter(|text| has_year(text));
    Some(payment)
}

/// Returns whether a text has a year of four digits.
fn has_year(text: &str) -> bool {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    numbers.any(|run| run.len() == 4 && (run.starts_with("19") || run.starts_with("20")))
}

/// Makes a payment of a name and a text with one amount.
fn payment(name: String, amount: &str) -> Option<Structured> {
    let mut found = scan(amount, Spaces::Join);
    found.retain(ext_amounts::Found::is_money);
    let currency = match found.as_slice() {
        [only] => only.currency(),
        _ => return None,
    };
    let price = money::of_text(amount, currency)?;
    let receipt = Receipt {
        vendor: Some(name),
        amount: Some(price.amount.abs()),
        currency: currency.map(|currency: Currency| currency.code().to_owned()),
        document_type: Some("receipt".to_owned()),
        ..Receipt::default()
    };
    Some(Structured { receipt, other: price.other.map(ext_amounts::Amount::abs) })
}

/// Finds the name behind `to`.
fn payee(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_one_of = |word: &str, list: &str| list.split(' ').any(|one| one == word.to_lowercase());
    let starts = |word: &&str| word.starts_with(|c: char| c.is_uppercase() || c.is_numeric());
    let at = (1..words.len()).find(|at| {
        let before = words.get(at - 1).is_some_and(|word| is_one_of(word, TO));
        before && words.get(*at).is_some_and(starts)
    })?;
    let mut name: Vec<&str> = Vec::new();
    for word in words.get(at..)?.iter().take(NAME_WORDS) {
        let is_end = word.contains('@') || word.starts_with('(') || is_one_of(word, BEHIND);
        if is_end || !scan(word, Spaces::Join).is_empty() && !name.is_empty() {
            break;
        }
        name.push(word.trim_end_matches([',', ':', ';', '!']));
        if word.ends_with([',', ':', ';', '!']) {
            break;
        }
    }
    // The last word before an amount may be its currency, and the end of the sentence is no name's.
    let is_none =
        |word: &str| Currency::of(word).is_some() || fold(word).is_empty() || says(word, DONE);
    while name.last().is_some_and(|word| is_none(word)) {
        name.pop();
    }
    let name = name.join(" ");
    let is_short_form = name
        .rsplit(' ')
        .next()
        .is_some_and(|word| word.matches('.').count() > 1 || word.len() <= 4);
    fields::label(if is_short_form { &name } else { name.trim_end_matches('.') })
}

/// Reads the rows of a table with a date, a name and an amount.
fn table(text: &str) -> Vec<Structured> {
    let mut lines = text.lines().map(cells);
    let Some((head, columns)) =
        lines.find_map(|head| columns(&head).map(|columns| (head.len(), columns)))
    else {
        return Vec::new();
    };
    let fits = |row: &Vec<&str>| row.len() == head;
    lines
        .filter(|row| !row.is_empty())
        .take_while(fits)
        .filter_map(|row| row_payment(&row, columns))
        .take(MAX_PAYMENTS)
        .collect()
}

/// Returns the columns of date, name and amount, where a line names them.
fn columns(head: &[&str]) -> Option<[usize; 3]> {
    let of = |label: Phrases| {
        head.iter().position(|cell| fold(cell).split(' ').count() <= 3 && says(cell, label))
    };
    let columns = [of(DATE)?, of(PAYEE)?, of(AMOUNT)?];
    let [date, name, amount] = columns;
    (date != name && name != amount && date != amount).then_some(columns)
}

fn row_payment(row: &[&str], [date, name, amount]: [usize; 3]) -> Option<Structured> {
    let name = fields::label(row.get(name)?)?;
    let date = row.get(date).and_then(|date| fields::label(date));
    let mut payment = payment(name, row.get(amount)?)?;
    payment.receipt.date = date;
    Some(payment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(found: &[Structured]) -> Vec<(String, String, String)> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        found
            .iter()
            .map(|Structured { receipt, .. }| {
                let amount = receipt.amount.map(|amount| amount.to_string()).unwrap_or_default();
                (text(&receipt.vendor), amount, text(&receipt.currency))
            })
            .collect()
    }

    #[test]
    fn each_payment_has_the_day_of_its_sentence() {
        let text =
            "On 18 January 2026 you paid 5.00 EUR to Cafe Sonne.\nYou paid 7.50 EUR to Buch Mond.";
        let found = several("Your payments", text);
        let days: Vec<bool> = found
            .iter()
            .map(|one| one.receipt.date.as_deref().is_some_and(|day| day.contains("18 January")))
            .collect();
        assert_eq!(days, [true, false]);
    }

    #[test]
    fn sentences_about_payments() {
        for (line, vendor, amount, currency) in [
            (
                "You paid $12.50 USD to Blue Heron Books on 5 January 2026",
                "Blue Heron Books",
                "12.50",
                "USD",
            ),
            (
                "You sent a payment of €9.00 EUR to Lamp Shop Ltd. (orders@lamp.example)",
                "Lamp Shop Ltd.",
                "9.00",
                "EUR",
            ),
            ("Payment to Café Sonne: 3,50 EUR", "Café Sonne", "3.50", "EUR"),
            (
                "Sie haben 23,90 EUR an Radhaus Lindenau GmbH gezahlt.",
                "Radhaus Lindenau GmbH",
                "23.90",
                "EUR",
            ),
            ("Vous avez payé 12,00 EUR à Librairie du Pont", "Librairie du Pont", "12.00", "EUR"),
        ] {
            let found = sentence(&Line::new(line)).unwrap_or_else(|| panic!("{line}"));
            let told = told(&[found]).remove(0);
            let told = (told.0.as_str(), told.1.as_str(), told.2.as_str());
            assert_eq!(told, (vendor, amount, currency), "{line}");
        }
        for line in [
            "You received 5.00 EUR from Ada",
            "You paid 5.00 EUR of 10.00 EUR to Café Sonne",
            "Payment of 5.00 EUR is due",
            "We sent your parcel to Berlin",
        ] {
            assert_eq!(sentence(&Line::new(line)), None, "{line}");
        }
    }

    #[test]
    fn a_table_of_payments() {
        let text = "Your payments this week\n\nDate    Merchant    Amount\n2026-01-05    Café Sonne    3.50 EUR\n\
            2026-01-05    Café Sonne    3.50 EUR\n2026-01-07    Lamp Shop    1,084.00 GBP\nTotal    3 payments\n";
        let found = several("", text);
        let row = |vendor: &str, amount: &str, code: &str| {
            (vendor.to_owned(), amount.to_owned(), code.to_owned())
        };
        let coffee = row("Café Sonne", "3.50", "EUR");
        assert_eq!(told(&found), [coffee.clone(), coffee, row("Lamp Shop", "1084.00", "GBP")]);
        assert_eq!(found[2].receipt.date.as_deref(), Some("2026-01-07"));
        // A list of what others say, and no list of payments.
        assert_eq!(several("Account statement", &text.replace("Your payments", "Turnover")), []);
    }

    #[test]
    fn blocks_of_payments() {
        let text = "PayLane\nReceipt\nPayment to  Café Sonne\nDate  5 Jan 2026\nTotal  5.00 EUR\nPayment to Lamp Shop\nTotal  17.50 EUR\nPayLane Ltd";
        let found = several("Receipt", text);
        assert_eq!(
            told(&found),
            [
                ("Café Sonne".to_owned(), "5.00".to_owned(), "EUR".to_owned()),
                ("Lamp Shop".to_owned(), "17.50".to_owned(), "EUR".to_owned())
            ]
        );
        assert_eq!(found[0].receipt.date.as_deref(), Some("5 Jan 2026"));
        assert!(several("Receipt", "Payment to  Lamp Shop\nTotal  17.50 EUR").is_empty());
    }

    #[test]
    fn blocks_without_known_labels() {
        let text = "PayLane\nHai versato un pagamento  Café Sonne\nGiorno  05/01/2026\nCifra  5,00 EUR\n\
            Hai versato un pagamento  Lamp Shop\nGiorno  06/01/2026\nCifra  17,50 EUR";
        let found = several("Movimenti", text);
        let rows: Vec<String> =
            told(&found).into_iter().map(|row| format!("{} {}", row.0, row.1)).collect();
        assert_eq!(rows, ["Café Sonne 5.00", "Lamp Shop 17.50"]);
        assert_eq!(found[1].receipt.date.as_deref(), Some("06/01/2026"));
        // One payment that is told twice, and ways of payment.
        for text in [
            "You paid  Lamp Shop\n17.50 EUR\nPaid to  Lamp Shop\nTotal  17.50 EUR",
            "Payment  VISA\nTotal  5.00 EUR\nPayment  MasterCard\nTotal  6.00 EUR",
            "Payment method  Lamp Card\nTotal  5.00 EUR\nPayment method  Lamp Card\nTotal  6.00 EUR",
        ] {
            assert!(several("Receipt", text).is_empty(), "{text}");
        }
    }
}
