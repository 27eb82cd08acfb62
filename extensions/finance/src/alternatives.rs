//! The two forms of an email's text, HTML and plain: which of them is read, and whether they agree.

use std::collections::BTreeSet;

use ext_amounts::{Amount, Found, Spaces, scan};
use spacedrive_sdk::prelude::*;

use crate::fields::{self, Answer};
use crate::mail::Message;
use crate::reading::{self, Reading, Source};
use crate::text::Lines;

/// Reads the text of an email: the HTML, but for one without an amount beside a plain text that has
/// some. Such a page is a picture, or says where to look.
///
/// # Errors
/// Those of `ai.extract_text`.
pub(crate) fn read(client: &SpacedriveClient, message: &Message) -> Result<Option<Reading>> {
    let plain = message.plain.as_deref().map(reading::plain);
    let Some(html) = &message.html else { return Ok(plain) };
    let html = with_text_beside(reading::html(client, html)?, message.beside.as_deref());
    let has_money = |reading: &Reading| Lines::new(&reading.text).money() > 0;
    match plain {
        Some(plain) if !has_money(&html) && has_money(&plain) => Ok(Some(plain)),
        _ => Ok(Some(html)),
    }
}

/// Joins the HTML and the plain text that is shown beside it, where that states an amount that the HTML does
/// not: many a program sends the forms of one text as if they were two texts.
fn with_text_beside(html: Reading, beside: Option<&str>) -> Reading {
    let amounts = |text: &str| {
        let found = text.lines().flat_map(|line| scan(line, Spaces::Join)).filter(Found::is_money);
        found.map(|found| found.reading.best().value).collect::<BTreeSet<_>>()
    };
    let beside = beside.map(reading::plain).map(|it| it.text);
    match beside.filter(|beside| !amounts(beside).is_subset(&amounts(&html.text))) {
        Some(beside) => Reading { text: format!("{}\n{beside}", html.text), ..html },
        None => html,
    }
}

/// Doubts the total of the HTML where the plain text states another one. Both have to be missing in the
/// other form: forms are laid out differently, so that one of several amounts may be taken of each.
///
/// # Errors
/// Those of `ai.classify_text`.
pub(crate) fn compared(
    client: &SpacedriveClient,
    message: &Message,
    reading: &Reading,
    answer: Answer,
) -> Result<Answer> {
    let (Some(plain), Some(amount)) = (&message.plain, answer.receipt.amount) else {
        return Ok(answer);
    };
    let plain = reading::plain(plain).text;
    if reading.from != Source::Html || has(&plain, amount) {
        return Ok(answer);
    }
    let other = fields::ask(client, &plain, Some(&message.email))?.receipt.amount;
    let other = other.filter(|other| !has(&reading.text, *other));
    Ok(other.into_iter().fold(answer, Answer::disputed_by))
}

/// Returns whether an amount stands in a text, whatever its sign.
fn has(text: &str, amount: Amount) -> bool {
    text.lines().flat_map(|line| scan(line, Spaces::Join)).any(|found| {
        found.reading.candidates().any(|candidate| candidate.value.abs() == amount.abs().value())
    })
}
