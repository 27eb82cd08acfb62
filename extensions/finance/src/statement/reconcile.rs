//! The lines of all statements beside the receipts, and what is missing on either side.

use std::collections::{BTreeMap, BTreeSet};

use ext_amounts::Amount;
use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

use super::matching::{self, Paid, Verdict};
use super::store::{self, KeptLine};
use crate::export::{self, Filter, Row};

/// Conditions for what is listed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReconcileInput {
    /// First day, ISO 8601.
    pub from: Option<String>,
    /// Last day, ISO 8601.
    pub to: Option<String>,
    /// Only this state.
    pub state: Option<State>,
}

/// The state of a line of a statement, or of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A line and the receipt that it paid, by the rule.
    Matched,
    /// A line and the receipts that it paid, as a person said.
    Chosen,
    /// A line for which several receipts, or one by its amount alone, are possible.
    Possible,
    /// A line without a receipt.
    NoReceipt,
    /// A line that needs no receipt, as a person said.
    NotNeeded,
    /// A receipt without a line, within the days of the statements.
    NoLine,
}

/// A line of a statement, a receipt, or both.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reconciled {
    /// State of both.
    pub state: State,
    /// Day of the line, or of the receipt without one; ISO 8601.
    pub date: Option<String>,
    /// Name on the line, or of the vendor.
    pub name: Option<String>,
    /// Amount of the line, negative where money left; of a receipt without a line, what a line would have.
    pub amount: Option<Amount>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// Purpose of the line.
    pub purpose: Option<String>,
    /// Id of the line.
    pub line: Option<String>,
    /// Entry of the line's statement.
    pub statement: Option<Uuid>,
    /// Receipts that it paid.
    pub receipts: Vec<Candidate>,
    /// Receipts that it may have paid.
    pub candidates: Vec<Candidate>,
    /// Reason for the state.
    pub reason: String,
    /// True where the line paid its receipts wholly.
    #[serde(skip)]
    pub(super) is_whole: bool,
}

/// A receipt beside a line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// Its entry.
    pub entry_id: Uuid,
    /// Its vendor, or the name of its file.
    pub name: String,
    /// Its day, ISO 8601.
    pub date: Option<String>,
}

/// Lists lines and receipts by day, each once.
///
/// # Errors
/// [`ErrorCode::BadInput`] for a date that is not valid; those of the `vdfs` operations.
pub(crate) fn reconcile(
    client: &SpacedriveClient,
    input: &ReconcileInput,
) -> Result<Vec<Reconciled>> {
    let (from, to) = (input.from.clone(), input.to.clone());
    let filter = Filter { from, to, ..Filter::default() }.checked()?;
    let store::Kept { lines, days } = store::all(client)?;
    let rows = export::glances(client, &Filter::default())?;
    let mut all = self::lines(lines, &rows);
    all.extend(days.iter().flat_map(|days| receipts_alone(&rows, &all, days)).collect::<Vec<_>>());
    let is_in = |it: &Reconciled| {
        let date = it.date.as_ref();
        filter.from.as_ref().is_none_or(|from| date >= Some(from))
            && filter.to.as_ref().is_none_or(|to| date.is_some_and(|date| date <= to))
            && input.state.is_none_or(|state| it.state == state)
    };
    all.retain(is_in);
    all.sort_by(|one, two| (&one.date, &one.line).cmp(&(&two.date, &two.line)));
    Ok(all)
}

pub(super) fn lines(mut lines: Vec<KeptLine>, rows: &[Row]) -> Vec<Reconciled> {
    let by_id: BTreeMap<Uuid, &Row> = rows.iter().map(|row| (row.entry_id, row)).collect();
    let booking_of = booking_of(rows);
    lines.iter_mut().for_each(|line| line.follow(&booking_of));
    let said: BTreeSet<Uuid> =
        lines.iter().filter_map(|it| it.said.as_ref()).flatten().copied().collect();
    let (decided, open): (Vec<&KeptLine>, Vec<&KeptLine>) =
        lines.iter().partition(|line| line.is_decided(&by_id));
    let free: Vec<&Row> = rows.iter().filter(|row| !said.contains(&row.entry_id)).collect();
    let paid: Vec<Paid> = free.iter().map(|row| paid(row)).collect();
    let verdicts = matching::verdicts(&open.iter().map(|it| &it.line).collect::<Vec<_>>(), &paid);
    let at = |at: &usize| free.get(*at).map(|row| Candidate::of(row));
    let judged = open.iter().zip(verdicts).map(|(line, verdict)| match verdict {
        Verdict::Paid(receipt, ground) => Reconciled {
            receipts: at(&receipt).into_iter().collect(),
            is_whole: true,
            ..line.row(State::Matched, ground.words().to_owned())
        },
        Verdict::Possible(several) => {
            let candidates: Vec<Candidate> = several.iter().filter_map(at).collect();
            let reason = match candidates.as_slice() {
                [_] => {
                    "one receipt has the amount, but neither seller nor number fit alone".to_owned()
                }
                several => format!("{} receipts are possible", several.len()),
            };
            Reconciled { candidates, ..line.row(State::Possible, reason) }
        }
        Verdict::Alone => line.row(State::NoReceipt, line.why_alone().to_owned()),
    });
    let sums = sums(&decided);
    decided.into_iter().map(|line| line.chosen(&by_id, &sums)).chain(judged).collect()
}

/// Returns the entry of the booking of each document: a booking that a person named may be a further document
/// of another one by now.
fn booking_of(rows: &[Row]) -> BTreeMap<Uuid, Uuid> {
    let documents = |row: &Row| row.documents.iter().map(|it| it.receipt_id).collect::<Vec<_>>();
    rows.iter().flat_map(|row| documents(row).into_iter().map(|id| (id, row.entry_id))).collect()
}

/// Lines that a person said paid the same receipts, and their sum; in each currency.
type Sums<'l> = BTreeMap<(&'l [Uuid], Option<&'l str>), (usize, Amount)>;

fn sums<'l>(decided: &[&'l KeptLine]) -> Sums<'l> {
    let mut sums = Sums::new();
    for line in decided {
        let (count, sum) = sums.entry(line.key()).or_default();
        *count += 1;
        *sum = sum.checked_add(line.line.amount).unwrap_or(*sum);
    }
    sums
}

fn paid(row: &Row) -> Paid {
    let numbers = row.documents.iter().flat_map(|it| it.numbers.iter().cloned());
    Paid::new(
        [row.spent, row.left].into_iter().flatten().map(|amount| -amount).collect(),
        row.currency.clone(),
        row.date.as_deref(),
        row.vendor.as_deref().into_iter().chain(row.read_vendor.as_deref()),
        numbers,
    )
}

/// Lists the receipts within the days of the statements that no line has, not even possibly.
fn receipts_alone<'r>(
    rows: &'r [Row],
    lines: &[Reconciled],
    (first, last): &'r (String, String),
) -> impl Iterator<Item = Reconciled> + use<'r> {
    let known: BTreeSet<Uuid> = lines
        .iter()
        .flat_map(|it| it.receipts.iter().chain(&it.candidates))
        .map(|it| it.entry_id)
        .collect();
    let is_alone = move |row: &&Row| {
        let is_in = row.date.as_ref().is_some_and(|date| date >= first && date <= last);
        row.amount.is_some() && is_in && !known.contains(&row.entry_id)
    };
    rows.iter().filter(is_alone).map(|row| Reconciled {
        state: State::NoLine,
        date: row.date.clone(),
        name: row.vendor.clone(),
        amount: Some(-row.spent()),
        currency: row.currency.clone(),
        purpose: None,
        line: None,
        statement: None,
        receipts: vec![Candidate::of(row)],
        candidates: Vec::new(),
        reason: match row.payment_method.as_deref() {
            Some(method) => format!("no line has its amount; paid by {method}"),
            None => "no line has its amount at this time".to_owned(),
        },
        is_whole: false,
    })
}

impl Candidate {
    fn of(row: &Row) -> Self {
        let name = row.vendor.clone().unwrap_or_else(|| row.source.clone());
        Self { entry_id: row.entry_id, name, date: row.date.clone() }
    }
}

impl KeptLine {
    /// Returns whether a person said what it paid, and that is still there.
    fn is_decided(&self, rows: &BTreeMap<Uuid, &Row>) -> bool {
        self.said.as_ref().is_some_and(|said| said.iter().all(|id| rows.contains_key(id)))
    }

    /// Names the bookings that the documents are of now which a person named.
    fn follow(&mut self, booking_of: &BTreeMap<Uuid, Uuid>) {
        let Some(said) = &mut self.said else { return };
        let now = |id: &Uuid| booking_of.get(id).copied().unwrap_or(*id);
        *said = said.iter().map(now).collect::<BTreeSet<_>>().into_iter().collect();
    }

    fn row(&self, state: State, reason: String) -> Reconciled {
        Reconciled {
            state,
            date: Some(self.line.date.clone()),
            name: self.line.name.clone(),
            amount: Some(self.line.amount),
            currency: self.line.currency.clone(),
            purpose: Some(self.line.purpose.clone()).filter(|text| !text.is_empty()),
            line: Some(self.line.id.clone()),
            statement: Some(self.entry_id),
            receipts: Vec::new(),
            candidates: Vec::new(),
            reason,
            is_whole: false,
        }
    }

    fn why_alone(&self) -> &'static str {
        if self.line.amount > Amount::default() {
            "money came in, and no credit note has the amount"
        } else {
            "no receipt has the amount at this time"
        }
    }

    /// Returns what lines that paid the same receipts have in common.
    fn key(&self) -> (&[Uuid], Option<&str>) {
        (self.said.as_deref().unwrap_or_default(), self.line.currency.as_deref())
    }

    /// Returns the line with the receipts that a person named, and what these do not come to, together with
    /// all other lines that paid them.
    fn chosen(&self, rows: &BTreeMap<Uuid, &Row>, sums: &Sums<'_>) -> Reconciled {
        let said = self.said.iter().flatten().filter_map(|id| rows.get(id).copied());
        let said: Vec<&Row> = said.collect();
        if said.is_empty() {
            return self.row(State::NotNeeded, "you said that it needs no receipt".to_owned());
        }
        let is_same = said.iter().all(|row| row.currency == self.line.currency);
        let (lines, paid) = sums.get(&self.key()).copied().unwrap_or((1, self.line.amount));
        let gap = |of: fn(&Row) -> Amount| {
            let add = |sum: Amount, row: &&Row| sum.checked_add(-of(row));
            paid.checked_add(-said.iter().try_fold(Amount::default(), add)?)
        };
        // Either all of them, or what was left to pay.
        let gaps = [gap(Row::spent), gap(|row| row.left.unwrap_or(row.spent()))];
        let is_whole = !is_same || gaps.contains(&Some(Amount::default()));
        let reason = match gaps[0].filter(|_| !is_whole) {
            Some(gap) => format!("you said so; the receipts differ by {gap}"),
            None if lines > 1 => format!("you said so, of {lines} lines together"),
            None => "you said so".to_owned(),
        };
        let receipts = said.into_iter().map(Candidate::of).collect();
        Reconciled { receipts, is_whole, ..self.row(State::Chosen, reason) }
    }
}
