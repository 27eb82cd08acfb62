//! The day on which an email was sent, and dates of receipts compared with it: a clock may be wrong, and a
//! day to come is rather the last one to pay.

use jiff::civil::Date;
use mail_parser::{DateTime, Message as RawMessage, Received};
use serde_json::json;

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
fn without_other_day(answer: Answer, sent: Option<&str>) -> Answer {
    let Some(sent) = sent else { return answer };
    let mut answer = come_until(answer, sent);
    let Some(date) = answer.receipt.date.as_deref() else { return answer };
    if date > sent && is_last_day(&answer) || fields::is_years_after(date, sent) {
        answer.receipt.date = None;
        answer.evidence.remove("date");
    }
    answer
}

/// Takes back a date of an email's body that the email's own is a better one for; also a day to come, as that
/// of a journey or a concert, which is less sure than the email's or stands in an order.
pub(crate) fn of_body(answer: Answer, sent: Option<&str>) -> Answer {
    let mut answer = without_other_day(answer, sent);
    let date = answer.receipt.date.as_deref();
    let is_to_come = sent.zip(date).is_some_and(|(sent, date)| date > sent);
    let is_order = answer.receipt.document_type.as_deref() == Some("order_confirmation");
    if is_to_come && (is_order || is_hardly_sure(&answer)) {
        answer.receipt.date = None;
        answer.evidence.remove("date");
    }
    answer
}

/// Takes the other day that a date may be (`3/4/2026`), where only that one had come by `day`: a receipt is
/// not dated ahead. The first one stays beside it.
fn come_until(mut answer: Answer, day: &str) -> Answer {
    let Some((at, other)) = other_that_came(&answer, day) else { return answer };
    let first = answer.receipt.date.replace(other);
    let others = answer.evidence.get_mut("date").map(|found| &mut found.alternatives);
    if let Some(other) = others.and_then(|others| others.get_mut(at)) {
        *other = json!(first);
    }
    answer
}

/// Returns the other day that a date to come may be, with its place among the others.
fn other_that_came(answer: &Answer, day: &str) -> Option<(usize, String)> {
    // Where the receipt was made it may be tomorrow already.
    let tomorrow = day.parse::<Date>().ok()?.tomorrow().ok()?.to_string();
    answer.receipt.date.as_ref().filter(|date| **date > tomorrow)?;
    let others = &answer.evidence.get("date")?.alternatives;
    let others = others.iter().map(|other| other.as_str().and_then(fields::date)).enumerate();
    others.filter_map(|(at, other)| Some((at, other?))).find(|(_, other)| *other <= tomorrow)
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

/// Takes the other day that a date may be where only that one had come when the file did, and doubts one
/// that is more than a year after that; `came` is its day and time.
pub(crate) fn doubting_future(answer: Answer, came: &str) -> Answer {
    let Some(came) = fields::date(came) else { return answer };
    let answer = come_until(answer, &came);
    let date = answer.receipt.date.as_deref();
    if date.is_some_and(|date| fields::is_years_after(date, &came)) {
        answer.doubting("date")
    } else {
        answer
    }
}

fn quote(answer: &Answer) -> Option<String> {
    answer.evidence.get("date").map(|found| fold(&found.quote))
}

fn is_hardly_sure(answer: &Answer) -> bool {
    answer.evidence.get("date").is_some_and(|found| found.confidence < OF_HEADER)
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
        let mut journey = dated("2026-02-04", "Sat, 4 Feb 2026 at 20:00").doubting("date");
        journey = of_body(journey, Some("2026-01-05"));
        assert_eq!(journey.receipt.date, None);
        assert_eq!(with("2026-02-04", "Due date: 4 Feb 2026", None), day("2026-02-04", 0.4));
        assert_eq!(with("2026-02-04", "Date: 4 Feb 2026", None), day("2026-02-04", 0.9));
    }

    #[test]
    fn of_two_days_that_a_date_may_be_the_one_that_came_is_taken() {
        let of = |date: &str, other: &str, day: &str| {
            let mut answer = dated(date, "Date 3/4/26");
            answer.evidence.get_mut("date").unwrap().alternatives.push(json!(other));
            let answer = of_document(answer, Some(&email(day)));
            (answer.receipt.date.unwrap(), answer.evidence["date"].alternatives[0].clone())
        };
        let days = |date: &str, other: &str| (date.to_owned(), json!(other));
        let (april, march) = ("2026-04-03", "2026-03-04");
        assert_eq!(of(april, march, "2026-03-12"), days(march, april));
        assert_eq!(of(april, march, "2026-04-02"), days(april, march));
        assert_eq!(of(march, april, "2026-05-12"), days(march, april));
        assert_eq!(of(april, "2026-05-04", "2026-03-12"), days(april, "2026-05-04"));
        let mut answer = dated(april, "Date 3/4/26");
        answer.evidence.get_mut("date").unwrap().alternatives.push(json!(march));
        let came = doubting_future(answer, "2026-03-12T09:00:00Z");
        assert_eq!(came.receipt.date.as_deref(), Some(march));
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
