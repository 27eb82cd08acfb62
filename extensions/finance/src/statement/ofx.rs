//! OFX 1 (SGML, without end tags) and OFX 2 (XML): both are read as tags with the text behind them.

use spacedrive_sdk::prelude::*;

use super::line::{Line, Statement, amount, plain};
use crate::fields;

/// Reads the statements of a file.
///
/// # Errors
/// [`ErrorCode::BadInput`] for a transaction without a day or an amount.
pub(super) fn read(text: &str) -> Result<Vec<Statement>> {
    let mut reader = Statements::default();
    for (tag, value) in tags(text) {
        reader.take(&tag, &value)?;
    }
    Ok(reader.done)
}

/// Lists the tags of a file, in capitals, each with the text behind it.
fn tags(text: &str) -> impl Iterator<Item = (String, String)> {
    let body = text.find("<OFX").or_else(|| text.find("<ofx")).and_then(|at| text.get(at..));
    body.unwrap_or_default().split('<').skip(1).filter_map(|piece| {
        let (tag, value) = piece.split_once('>')?;
        let tag = tag.trim().trim_end_matches('/').to_ascii_uppercase();
        Some((tag, plain(&unescaped(value)).unwrap_or_default()))
    })
}

fn unescaped(text: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", " "),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ];
    named.iter().fold(text.to_owned(), |text, (name, letter)| text.replace(name, letter))
}

/// Statements as they are read, tag by tag.
#[derive(Default)]
struct Statements {
    done: Vec<Statement>,
    open: Option<Transaction>,
    /// The last balance belongs to the end of the statement.
    in_ledger: bool,
}

/// A transaction, as its tags say.
#[derive(Default)]
struct Transaction {
    date: Option<String>,
    amount: Option<String>,
    id: Option<String>,
    name: Option<String>,
    memo: Option<String>,
    currency: Option<String>,
    account: Option<String>,
    /// The currency that follows is the one before an exchange.
    is_exchanged: bool,
}

impl Statements {
    fn take(&mut self, tag: &str, value: &str) -> Result<()> {
        match tag {
            "STMTRS" | "CCSTMTRS" => self.done.push(Statement::default()),
            "STMTTRN" => {
                self.close()?;
                self.open = Some(Transaction::default());
            }
            "/STMTTRN" => self.close()?,
            _ => match &mut self.open {
                Some(open) => open.take(tag, value),
                None => self.head(tag, value),
            },
        }
        Ok(())
    }

    /// Takes what stands outside of transactions.
    fn head(&mut self, tag: &str, value: &str) {
        match tag {
            "LEDGERBAL" => self.in_ledger = true,
            "/LEDGERBAL" | "AVAILBAL" => self.in_ledger = false,
            _ => {}
        }
        let Some(statement) = self.done.last_mut() else { return };
        match tag {
            "CURDEF" => statement.currency = Some(value.to_ascii_uppercase()),
            "ACCTID" if statement.account.is_none() => statement.account = plain(value),
            "DTSTART" => statement.from = day(value),
            "DTEND" => statement.to = day(value),
            "BALAMT" if self.in_ledger => statement.closing = amount(value),
            _ => {}
        }
    }

    fn close(&mut self) -> Result<()> {
        if let (Some(open), Some(statement)) = (self.open.take(), self.done.last_mut()) {
            statement.lines.push(open.line()?);
        }
        Ok(())
    }
}

impl Transaction {
    fn take(&mut self, tag: &str, value: &str) {
        let place = match tag {
            "CURRENCY" | "ORIGCURRENCY" => {
                self.is_exchanged = tag == "ORIGCURRENCY";
                return;
            }
            "CURSYM" if self.is_exchanged => return,
            "DTPOSTED" => &mut self.date,
            "TRNAMT" => &mut self.amount,
            "FITID" => &mut self.id,
            "NAME" => &mut self.name,
            "MEMO" => &mut self.memo,
            "CURSYM" => &mut self.currency,
            "ACCTID" => &mut self.account,
            _ => return,
        };
        if !value.is_empty() {
            *place = Some(value.to_owned());
        }
    }

    fn line(self) -> Result<Line> {
        let id = self.id.clone().unwrap_or_default();
        let wrong =
            |what: &str| Error::bad_input(format!("transaction `{id}` of OFX has no valid {what}"));
        let date = self.date.as_deref().and_then(day).ok_or_else(|| wrong("date (`DTPOSTED`)"))?;
        let value =
            self.amount.as_deref().and_then(amount).ok_or_else(|| wrong("amount (`TRNAMT`)"))?;
        Ok(Line {
            date,
            amount: value,
            name: self.name,
            account: self.account,
            purpose: self.memo.unwrap_or_default(),
            reference: self.id,
            currency: self.currency.map(|code| code.to_ascii_uppercase()),
            ..Line::default()
        })
    }
}

/// Reads a day: `20260131`, with or without a time behind it.
fn day(text: &str) -> Option<String> {
    let (year, rest) = text.trim().split_at_checked(4)?;
    let (month, rest) = rest.split_at_checked(2)?;
    fields::date(&format!("{year}-{month}-{}", rest.get(..2)?))
}
