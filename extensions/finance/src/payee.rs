//! The one whom a payment went to, in the rows of an email: behind a label, or behind words about a
//! payment.

use ext_amounts::{Spaces, scan};

use crate::cues;
use crate::fields::{self, Answer};
use crate::payments;
use crate::text::{Phrases, fold, says};

/// Longest name of a seller, in words.
const NAME_WORDS: usize = 8;
/// Longest label, in words.
const LABEL_WORDS: usize = 6;

/// Labels before the one who was paid, at the beginning of a block of labels and values.
const LABELS: Phrases = "you ve paid|you have paid|sie zahlten an|sie haben gezahlt an|du hast bezahlt|vous avez regle|ha pagado|has abonado|ha pagato|hai versato|u heeft betaald|u heeft betaald aan|je hebt betaald|pagou a|zaplaciles|zaplaciles dla|du betalade|du betalte|du har betalat|du har betalt|zaplatil jste|on fizetett|on kifizette|ai platit|odediginiz|payment to|paid to|you sent a payment to|you paid|zahlung an|sie haben eine zahlung gesendet an|sie haben bezahlt|paiement a|\
vous avez envoye un paiement a|vous avez paye|pago a|has enviado un pago a|has pagado a|has pagado|pagamento a|hai inviato un pagamento a|hai pagato|betaling aan|\
je hebt betaald aan|betaald aan|enviou um pagamento a|voce pagou|platnosc dla|zaplacono na rzecz|wyslano platnosc do|betalning till|du har betalat till|\
du har skickat en betalning till|betaling til|du har betalt til|du har sendt en betaling til|maksu saajalle|maksoit|lahetit maksun|platba pro|zaplatili jste|\
odeslali jste platbu|fizetes reszere|kifizetes cimzettje|plata catre|ai platit catre|ai trimis o plata catre|odeme alicisi|お支払い先|支払先";
/// Words about a payment that was made, whatever stands around them.
const PAYMENT: Phrases = "paid|payment|payments|paying|transferred|zahlung*|bezahlt*|gezahlt|uberwiesen|uberweisung|paiement*|paye|payee|regle|verse|versement|\
pago|pagos|pagado|pagaste|abonado|pagamento|pagamenti|pagamentos|pagato|versato|pagou|pagaste|betaling*|betaald*|betaalde|betalning*|betalat|betalt*|\
zaplac*|platnosc*|przelew|maksu*|maksoi*|maksettu|platb*|zaplat*|uhrad*|fizet*|kifizet*|atutal*|plata|platit|platii|achitat|odeme*|odedin*|\
支払*|お支払い*|付款|支付|결제*|송금*|оплат*|платеж*|платіж*|плащан*|πληρωμ*";
/// Words of a label that say something else of a payment than who was paid.
const OTHER: Phrases = "method|type|mode|means|date|terms|due|status|details|reference|id|no|nr|number|plan|received|from|by|art|methode|zahlungsart|zahlungsweise|zahlungsziel|zahlungsdatum|\
zahlungsbedingungen|zahlungsstatus|zahlungsmethode|erhalten|moyen|delai|conditions|recu|forma|modo|metodo|medio|fecha|plazo|condiciones|recibido|estado|modalita|data|condizioni|ricevuto|stato|betaalmethode|\
betaalwijze|ontvangen|estado|condicoes|recebido|sposob|forma|metoda|termin|otrzyman*|betalningssatt|betalningsdatum|betalningsvillkor|mottagen|betalingsmate|betalingsmade|betalingsdato|betalingsfrist|\
modtaget|mottatt|maksutapa|maksuehto|maksupaiva|zpusob|datum|prijat*|fizetendo|modja|mod|hatarid*|data|primit*|yontemi|sekli|tarihi|方法|条件|期限|日";
/// Words before the one who is paid.
const TO: &str = "to an à a al alla aan para dla do till til pro către catre saajalle részére";

/// One who was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Payee {
    pub(crate) name: String,
    /// The label says so, and nothing else.
    pub(crate) is_labelled: bool,
}

/// Takes the name behind `You paid 5.00 EUR to` for the vendor, where it is the amount that was found;
/// else that of the only one who was paid.
pub(crate) fn preferring(mut answer: Answer, subject: &str, text: &str) -> Answer {
    let told = payments::only(text).filter(|payment| payment.amount == answer.receipt.amount);
    let told = told.and_then(|payment| Some((payment.vendor?, 0.9)));
    let named = || {
        let payee = only(subject, text)?;
        Some((payee.name, if payee.is_labelled { 0.9 } else { 0.7 }))
    };
    if let Some((name, confidence)) = told.or_else(named) {
        answer.evidence.insert("vendor".to_owned(), fields::evidence(confidence, name.clone()));
        answer.receipt.vendor = Some(name);
    }
    answer
}

/// Splits a line at wide gaps, tabs and bars.
pub(crate) fn cells(line: &str) -> Vec<&str> {
    let parts = line.split(['\t', '|']).flat_map(|part| part.split("  "));
    parts.map(str::trim).filter(|cell| !cell.is_empty()).collect()
}

/// Returns the one who was paid as row `at` tells: beside its label, in one cell with it, or in the
/// row below.
pub(crate) fn of_row(rows: &[Vec<&str>], at: usize) -> Option<Payee> {
    let (first, rest) = rows.get(at)?.split_first()?;
    let is_name = |behind: &str| !behind.starts_with(char::is_lowercase);
    let known = known(first).filter(|(_, behind)| is_name(behind));
    let (is_labelled, behind) = known.or_else(|| said(first))?;
    let below = || rows.get(at + 1).filter(|row| is_labelled && row.len() == 1)?.first().copied();
    let name = match (behind.is_empty(), rest) {
        (false, _) => Some(behind.as_str()).filter(|name| is_name(name)),
        (true, []) => below(),
        (true, [beside]) => Some(*beside),
        (true, _) => None,
    };
    Some(Payee { name: name_of(name?)?, is_labelled })
}

/// Returns the only one who was paid as an email tells: by a label, or by other words about a payment
/// that its subject or another row confirms.
pub(crate) fn only(subject: &str, text: &str) -> Option<Payee> {
    let rows: Vec<Vec<&str>> = text.lines().map(cells).filter(|row| !row.is_empty()).collect();
    let found: Vec<Payee> = (0..rows.len()).filter_map(|at| of_row(&rows, at)).collect();
    let first = found.first()?.clone();
    let is_same = |other: &Payee| fold(&other.name) == fold(&first.name);
    let is_labelled = found.iter().any(|payee| payee.is_labelled);
    let confirmed = is_labelled
        || found.len() > 1
        || format!(" {} ", fold(subject)).contains(&format!(" {} ", fold(&first.name)));
    (confirmed && found.iter().all(is_same)).then_some(Payee { is_labelled, ..first })
}

/// Returns what stands behind a known label in its cell.
fn known(cell: &str) -> Option<(bool, String)> {
    let folded = fold(cell);
    let begins = |label: &&str| {
        let rest = folded.strip_prefix(label);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' ') || !label.is_ascii())
    };
    let label = LABELS.split('|').filter(begins).max_by_key(|label| label.len())?;
    let words = label.split(' ').count();
    Some((true, joined(cell.split_whitespace().skip(words))))
}

/// Returns what stands behind words about a payment, and whether a word like `to` is the last of them.
fn said(cell: &str) -> Option<(bool, String)> {
    let words: Vec<&str> = cell.split_whitespace().collect();
    let head = words.get(..words.len().min(LABEL_WORDS))?;
    let last = head.iter().rposition(|word| says(word, PAYMENT))?;
    let small = |word: &&&str| word.starts_with(char::is_lowercase);
    let end = last + 1 + words.iter().skip(last + 1).take_while(small).count();
    let label = words.get(..end)?;
    let to = label.last().is_some_and(|word| {
        TO.split(' ').any(|to| to == word.trim_end_matches(':').to_lowercase())
    });
    let label = label.join(" ");
    let other = says(&label, OTHER)
        || says(&label, cues::TITLE)
        || label.contains(|c: char| c.is_numeric());
    (!other && end <= LABEL_WORDS).then(|| (to, joined(words.into_iter().skip(end))))
}

fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(" ").trim_matches([':', ' ']).to_owned()
}

/// Returns a text as a name, if it may be one of a seller.
fn name_of(text: &str) -> Option<String> {
    let name = fields::label(text.trim_end_matches(':'))?;
    let is_way_of_payment = |word: &str| says(word, cues::PAID) || says(word, cues::SETTLED);
    let may_be = name.split_whitespace().count() <= NAME_WORDS
        && name.contains(char::is_alphabetic)
        && scan(&name, Spaces::Join).is_empty()
        && !says(&name, cues::TITLE)
        && !name.split_whitespace().all(is_way_of_payment);
    may_be.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paid(text: &str) -> Option<String> {
        let rows: Vec<Vec<&str>> = text.lines().map(cells).collect();
        of_row(&rows, 0).map(|payee| payee.name)
    }

    #[test]
    fn labels_name_the_one_who_was_paid() {
        for text in [
            "Payment to  Lamp Shop",
            "You sent a payment to\nLamp Shop",
            "Zahlung gesendet an: Lamp Shop",
            "Vous avez réglé  Lamp Shop",
            "Has realizado un pago a Lamp Shop",
            "Hai pagato  Lamp Shop",
            "U heeft betaald aan  Lamp Shop",
            "Przelew dla  Lamp Shop",
            "Du har betalat  Lamp Shop",
            "Zaplatili jste  Lamp Shop",
            "Ön fizetett Lamp Shop",
            "Ödeme alıcısı  Lamp Shop",
            "支払先  Lamp Shop",
        ] {
            assert_eq!(paid(text).as_deref(), Some("Lamp Shop"), "{text}");
        }
        for text in [
            "Payment method  Lamp Card",
            "Payment  VISA",
            "Zahlungsart  Überweisung",
            "Payment terms: 14 days",
            "Paid  20.00 EUR",
            "Paid on  5 January 2026",
            "Payment received",
            "Sent to  Lamp Shop",
            "Enviado a Lamp Shop",
            "Pago a 30 días",
            "Fizetendő  Lamp Shop",
            "Payment receipt  Lamp Shop",
            "Lamp  Lamp Shop",
        ] {
            assert_eq!(paid(text), None, "{text}");
        }
    }

    #[test]
    fn what_no_label_says_is_confirmed_by_the_email() {
        let text = "PayLane\nYou paid it all\nGezahlt  Lamp Shop\nTotal  5.00 EUR";
        assert_eq!(only("Receipt", text), None);
        assert_eq!(
            only("Receipt: Lamp Shop", text).map(|payee| payee.name).as_deref(),
            Some("Lamp Shop")
        );
        let two = "Payment to  Lamp Shop\nPayment to  Café Sonne";
        assert_eq!(only("Lamp Shop", two), None);
    }
}
