//! Reminders: documents that name an invoice and ask for its payment once more. They are no purchase
//! of their own, and belong to that of the invoice.

use crate::classify::{has_title_of_its_own, is_title};
use crate::cues;
use crate::text::{Line, Lines, Phrases, says};

/// Lines at the top of a document among which its title stands.
const HEAD: usize = 12;
/// Longest line, in words, that is a title.
const TITLE_WORDS: usize = 7;
/// Lines at the top of a letter, with its addresses, among which its title stands.
const HEAD_OF_LETTER: usize = 40;
/// Longest line, in words that are not numbers, that is the title of a reminder and nothing else.
const NAME_WORDS: usize = 4;

const REMINDER: Phrases = "reminder|payment reminder|past due|overdue|final notice|second notice|final demand|mahnung|mahnschreiben|zahlungserinnerung|erinnerung|\
rappel|relance|recordatorio|sollecito|promemoria|herinnering|aanmaning|betalingsherinnering|lembrete|przypomnienie|\
wezwanie|wezwanie do zaplaty|paminnelse|rykker|pamatka|upominka|hatirlatma|督促|напоминание|нагадування";

/// Returns whether a text, perhaps of an email with a subject, is a reminder.
pub(crate) fn is_reminder(subject: &str, text: &str) -> bool {
    let lines = Lines::new(text);
    says(subject, REMINDER)
        || lines.head(HEAD).any(|line| line.words() <= TITLE_WORDS && line.says(REMINDER))
}

/// Returns whether a reminder's title is the first of a paper: `2. Mahnung` above `Rechnung Nr. 4711 vom 5.1.2026`.
pub(crate) fn is_first_title(lines: &Lines<'_>) -> bool {
    let is_own = |line: &Line<'_>| is_title(line) && has_title_of_its_own(line);
    let mut titles = lines.head(HEAD_OF_LETTER).filter(|line| is_name(line) || is_own(line));
    titles.next().is_some_and(is_name)
}

/// Returns whether a line is the name of a reminder, behind which a number or a date may stand.
fn is_name(line: &Line<'_>) -> bool {
    let ends = |(_, after): (&str, &str)| after.split_whitespace().all(is_short_or_number);
    let is_word = |word: &&str| !word.contains(|c: char| c.is_ascii_digit());
    let words = line.folded.split_whitespace().filter(is_word).count();
    let fits = words <= NAME_WORDS && line.money == 0 && !line.says(cues::TITLE);
    fits && line.around(REMINDER).is_some_and(ends)
}

fn is_short_or_number(word: &str) -> bool {
    word.len() <= 3 || word.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_may_be_the_second_and_name_the_invoice() {
        let invoice = "Rechnung Nr. 4711 vom 5.1.2026\nRechnungsbetrag  20,00 EUR";
        for title in [
            "2. Mahnung",
            "3. und letzte Mahnung",
            "1. Zahlungserinnerung vom 20.02.2026",
            "Second reminder",
            "FINAL NOTICE",
            "2ème relance",
            "Sollecito n. 2",
            "Mahnung 17",
        ] {
            let text = format!("Lamp Shop\n{title}\n{invoice}");
            assert!(is_first_title(&Lines::new(&text)), "{title}");
        }
        for text in [
            "Lamp Shop\nRechnung Nr. 4711\n2. Mahnung\nGesamt 20,00 EUR",
            "Lamp Shop\nReminder: pay early and save money\nInvoice no. 4711",
            "Lamp Shop\nMahnungen und Rechnungen\nRechnung Nr. 4711",
            "Lamp Shop\nErinnerung an Rechnung 4711\nGesamt 20,00 EUR",
        ] {
            assert!(!is_first_title(&Lines::new(text)), "{text}");
        }
    }

    #[test]
    fn reminders_are_told_by_subject_or_title() {
        assert!(is_reminder("Reminder: invoice 4711", ""));
        assert!(is_reminder("", "Stadtwerke\nZahlungserinnerung\nRechnung 4711 vom 5.1.2026"));
        assert!(!is_reminder("Your invoice", "Stadtwerke\nInvoice 4711"));
        let said = "We wrote no reminder to you this month, because all that you owe us is paid";
        assert!(!is_reminder("Your invoice", said));
    }
}
