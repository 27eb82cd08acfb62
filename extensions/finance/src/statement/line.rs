//! Statements of an account, as every format of them is understood.

use std::collections::BTreeMap;

use ext_amounts::Amount;
use serde::{Deserialize, Serialize};

use crate::money;
pub(super) use crate::xml::one_line as plain;

/// Hex digits of a line's id: 48 bits, so that it can be typed.
const ID_DIGITS: usize = 12;

/// A statement of one account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Statement {
    /// Number of the account, an IBAN where the bank states one.
    pub account: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Number of the statement, as the bank counts them.
    #[serde(skip)]
    pub(super) number: Option<String>,
    /// Number of its page.
    #[serde(skip)]
    pub(super) page: Option<String>,
    /// First day, ISO 8601.
    pub from: Option<String>,
    /// Last day, ISO 8601.
    pub to: Option<String>,
    /// Balance before the first line.
    pub opening: Option<Amount>,
    /// Balance after the last line.
    pub closing: Option<Amount>,
    /// Lines, in the order of the file.
    pub lines: Vec<Line>,
}

/// A booked line of a statement.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Id that follows from the account and what the line says, so that a line in two files is one.
    pub id: String,
    /// Day of its booking, ISO 8601.
    pub date: String,
    /// Amount; negative where money leaves the account.
    pub amount: Amount,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Amount in the currency in which it was asked for, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<Original>,
    /// Name of who was paid, or who paid.
    pub name: Option<String>,
    /// Account of who was paid, or who paid.
    pub account: Option<String>,
    /// Purpose in the bank's words and the payer's.
    pub purpose: String,
    /// Reference of the bank or of the payer.
    pub reference: Option<String>,
}

/// An amount before it was exchanged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Original {
    /// Amount, with the sign of the line.
    pub amount: Amount,
    /// ISO 4217.
    pub currency: String,
}

impl Statement {
    /// Gives each line its id, and the statement what follows from its lines. `alike` counts the lines that
    /// say the same.
    pub(super) fn finished(mut self, alike: &mut BTreeMap<String, usize>) -> Self {
        let account = self.account.clone().unwrap_or_default();
        for line in &mut self.lines {
            line.currency = line.currency.take().or_else(|| self.currency.clone());
            let said = line.said(&account);
            let nth = alike.entry(said.clone()).or_default();
            let hash = blake3::hash(format!("{said}\0{nth}").as_bytes()).to_hex();
            line.id = hash.chars().take(ID_DIGITS).collect();
            *nth += 1;
        }
        let days = || self.lines.iter().map(|line| line.date.clone());
        self.from = days().chain(self.from.clone()).min();
        self.to = days().chain(self.to.clone()).max();
        self
    }

    /// Returns the difference between the closing balance and what the lines come to; `None` where the
    /// statement states no balances, or they fit.
    pub(super) fn gap(&self) -> Option<Amount> {
        let (opening, closing) = self.opening.zip(self.closing)?;
        let sum = self.lines.iter().try_fold(opening, |sum, line| sum.checked_add(line.amount))?;
        let gap = closing.checked_add(-sum)?;
        (gap != Amount::default()).then_some(gap)
    }
}

impl Line {
    /// Returns all that tells the line from others.
    fn said(&self, account: &str) -> String {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let amount = money::key(Some(self.amount));
        let (name, reference) = (text(&self.name), text(&self.reference));
        [account, &self.date, &amount, &text(&self.currency), &name, &self.purpose, &reference]
            .join("\0")
    }
}

/// Reads an amount as banks write it: digits, and a point or a comma before the last of them.
pub(super) fn amount(text: &str) -> Option<Amount> {
    let text = text.trim();
    let plain = text.strip_suffix([',', '.']).unwrap_or(text).replace(',', ".");
    Amount::parse(&plain).and_then(|amount| money::plausible(amount.value()))
}
