//! Reminders: documents that name an invoice and ask for its payment once more. They are no purchase
//! of their own, and belong to that of the invoice.

use crate::text::{Lines, Phrases, says};

/// Lines at the top of a document among which its title stands.
const HEAD: usize = 12;
/// Longest line, in words, that is a title.
const TITLE_WORDS: usize = 7;

const REMINDER: Phrases = "reminder|payment reminder|past due|overdue|final notice|mahnung|zahlungserinnerung|erinnerung|\
rappel|relance|recordatorio|sollecito|promemoria|herinnering|aanmaning|betalingsherinnering|lembrete|przypomnienie|\
wezwanie|wezwanie do zaplaty|paminnelse|rykker|pamatka|upominka|hatirlatma|督促|напоминание|нагадування";

/// Returns whether a text, perhaps of an email with a subject, is a reminder.
pub(crate) fn is_reminder(subject: &str, text: &str) -> bool {
    let lines = Lines::new(text);
    says(subject, REMINDER)
        || lines.head(HEAD).any(|line| line.words() <= TITLE_WORDS && line.says(REMINDER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_are_told_by_subject_or_title() {
        assert!(is_reminder("Reminder: invoice 4711", ""));
        assert!(is_reminder("", "Stadtwerke\nZahlungserinnerung\nRechnung 4711 vom 5.1.2026"));
        assert!(!is_reminder("Your invoice", "Stadtwerke\nInvoice 4711"));
        let said = "We wrote no reminder to you this month, because all that you owe us is paid";
        assert!(!is_reminder("Your invoice", said));
    }
}
