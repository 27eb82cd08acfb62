//! The day on which an email was sent, and dates of receipts compared with it: a clock may be wrong, and a
//! day to come is rather the last one to pay.

use mail_parser::{DateTime, Message as RawMessage, Received};

use crate::fields::{self, Answer, DISPUTED};
use crate::mail::Email;
use crate::text::fold;

/// Year before which nobody kept emails for their receipts; clocks that were never set say 1970 or 1980.
const FIRST_YEAR: u16 = 1990;
/// Confidence in a day of the headers.
const OF_HEADER: f32 = 0.6;
/// Longest line, in words, that says the last day to pay and nothing else.
const LINE_WORDS: usize = 8;
/// Labels, folded, of the last day to pay, as lines begin with them.
const DUE: &str = "due date|date due|due on|due by|payment due|pay by|payable by|zahlbar bis|fallig|date d echeance|\
echeance|fecha limite|data di scadenza|scadenza|uiterste betaaldatum|vervaldatum|termin platnosci|forfallodag";

/// The day on which an email was sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sent {
    /// ISO 8601.
    pub(crate) day: Option<String>,
    /// The sender's clock was wrong, and the day is that of a server.
    is_of_server: bool,
}

impl Sent {
    /// Reads the day out of the headers: that of the sender, unless it is too old, or more than a year after
    /// the last server received the email.
    pub(crate) fn of(message: &RawMessage<'_>) -> Self {
        let newest =
            message.received_all().filter_map(Received::date).filter_map(|it| day(&it)).max();
        let own = message.date().and_then(day).filter(|own| {
            newest.as_ref().is_none_or(|newest| !fields::is_years_after(own, newest))
        });
        let is_of_server = own.is_none() && newest.is_some();
        Self { day: own.or(newest), is_of_server }
    }

    /// Returns the confidence in it as the date of a receipt.
    pub(crate) const fn confidence(&self) -> f32 {
        if self.is_of_server { DISPUTED } else { OF_HEADER }
    }
}

fn day(time: &DateTime) -> Option<String> {
    (time.year >= FIRST_YEAR && time.is_valid()).then(|| fields::date(&time.to_rfc3339()))?
}

/// Takes back a date that the email's own is a better one for: the last day to pay, which the text has
/// no other day beside, and a day long after the email.
pub(crate) fn without_other_day(mut answer: Answer, sent: Option<&str>) -> Answer {
    let (Some(sent), Some(date)) = (sent, answer.receipt.date.as_deref()) else { return answer };
    if date > sent && is_last_day(&answer) || fields::is_years_after(date, sent) {
        answer.receipt.date = None;
        answer.evidence.remove("date");
    }
    answer
}

/// Takes the email's day for a document's date that is one to come, and doubts one where no email says
/// whether it is.
pub(crate) fn of_document(answer: Answer, email: Option<&Email>) -> Answer {
    let Some(day) = email.and_then(|email| email.sent.day.as_deref()) else {
        let is_alone = quote(&answer).is_some_and(|it| it.split(' ').count() <= LINE_WORDS);
        return if is_alone && is_last_day(&answer) { answer.doubting("date") } else { answer };
    };
    let had_date = answer.receipt.date.is_some();
    let answer = without_other_day(answer, Some(day));
    match email.filter(|_| had_date && answer.receipt.date.is_none()) {
        Some(email) => with_day(answer, email),
        None => answer,
    }
}

/// Takes the email's day for a date that is missing.
pub(crate) fn with_day(mut answer: Answer, email: &Email) -> Answer {
    if let (None, Some(day)) = (&answer.receipt.date, &email.sent.day) {
        let evidence = fields::evidence(email.sent.confidence(), format!("mail header: {day}"));
        answer.evidence.insert("date".to_owned(), evidence);
        answer.receipt.date = Some(day.clone());
    }
    answer
}

/// Doubts a date that is more than a year after the file came; `came` is its day and time.
pub(crate) fn doubting_future(answer: Answer, came: &str) -> Answer {
    let date = answer.receipt.date.as_deref();
    let is_ahead = date
        .zip(fields::date(came))
        .is_some_and(|(date, came)| fields::is_years_after(date, &came));
    if is_ahead { answer.doubting("date") } else { answer }
}

fn quote(answer: &Answer) -> Option<String> {
    answer.evidence.get("date").map(|found| fold(&found.quote))
}

/// Returns whether the line of the date says that it is the last day to pay.
fn is_last_day(answer: &Answer) -> bool {
    quote(answer).is_some_and(|quote| DUE.split('|').any(|label| quote.trim().starts_with(label)))
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;

    use super::*;

    fn sent(headers: &str) -> Sent {
        Sent::of(&MessageParser::new().parse(&format!("{headers}\r\n\r\nx")).unwrap())
    }

    #[test]
    fn a_wrong_clock_of_the_sender_gives_way_to_that_of_a_server() {
        let received = "Received: from a by b; Tue, 06 Jan 2026 09:00:00 +0000\r\n\
                        Received: from c by a; Mon, 05 Jan 2026 09:00:00 +0000\r\n";
        for (date, day, is_of_server) in [
            ("Mon, 05 Jan 2026 09:00:00 +0000", "2026-01-05", false),
            ("Fri, 05 Jan 2018 09:00:00 +0000", "2018-01-05", false),
            ("Thu, 01 Jan 1970 00:00:00 +0000", "2026-01-06", true),
            ("Mon, 05 Jan 2093 09:00:00 +0000", "2026-01-06", true),
            ("once", "2026-01-06", true),
        ] {
            let right = Sent { day: Some(day.to_owned()), is_of_server };
            assert_eq!(sent(&format!("{received}Date: {date}")), right, "{date}");
        }
        assert_eq!(sent("Date: Thu, 01 Jan 1970 00:00:00 +0000"), Sent::default());
        let odd = "Received: from a by b; Thu, 01 Jan 1970 00:00:00 +0000\r\nDate: Mon, 05 Jan 2026 09:00:00 +0000";
        assert_eq!(sent(odd).day.as_deref(), Some("2026-01-05"));
    }

    fn dated(day: &str, quote: &str) -> Answer {
        let mut answer = Answer::default();
        answer.receipt.date = Some(day.to_owned());
        answer.evidence.insert("date".to_owned(), fields::evidence(0.9, quote.to_owned()));
        answer
    }

    fn email(day: &str) -> Email {
        let sent = Sent { day: Some(day.to_owned()), is_of_server: false };
        Email { sent, ..Email::default() }
    }

    #[test]
    fn a_document_is_not_dated_by_a_day_to_come() {
        let with = |day: &str, quote: &str, email: Option<&Email>| {
            let answer = of_document(dated(day, quote), email);
            (answer.receipt.date.unwrap(), answer.evidence["date"].confidence)
        };
        let email = email("2026-01-05");
        let day = |day: &str, confidence: f32| (day.to_owned(), confidence);
        assert_eq!(
            with("2026-02-04", "Due date: 4 Feb 2026", Some(&email)),
            day("2026-01-05", 0.6)
        );
        assert_eq!(with("2036-02-04", "Date: 4 Feb 2036", Some(&email)), day("2026-01-05", 0.6));
        assert_eq!(with("2026-02-04", "Date: 4 Feb 2026", Some(&email)), day("2026-02-04", 0.9));
        assert_eq!(with("2026-02-04", "Due date: 4 Feb 2026", None), day("2026-02-04", 0.4));
        assert_eq!(with("2026-02-04", "Date: 4 Feb 2026", None), day("2026-02-04", 0.9));
    }

    #[test]
    fn a_date_years_after_the_import_is_doubted() {
        let confidence = |day: &str| {
            let answer = doubting_future(dated(day, ""), "2026-01-05T09:00:00Z");
            answer.evidence["date"].confidence
        };
        assert_eq!([confidence("2027-01-05"), confidence("2027-01-06")], [0.9, 0.4]);
    }
}
