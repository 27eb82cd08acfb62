//! Look-alikes among the bookings, and what a person decides about them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

use crate::booking;
use crate::export::{self, Books, Filter, Glance, Row};
use crate::index;
use crate::ledger::{APART, Ledger, Paper, SAME};
use crate::person;

/// Pairs that are listed at once.
const MAX_PAIRS: usize = 1000;

/// A booking: the documents of one purchase.
#[derive(Debug, Clone)]
pub(crate) struct Booking<'p> {
    /// The document that stands for the purchase.
    pub(crate) first: &'p Paper,
    pub(crate) papers: Vec<&'p Paper>,
}

/// Two bookings that may be one purchase.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pair {
    pub(crate) entries: (Uuid, Uuid),
    pub(crate) reason: String,
}

/// Two bookings that may be one purchase, for a person to decide.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LookAlikes {
    /// Reasons to take them for one purchase.
    pub reasons: Vec<String>,
    /// Both bookings.
    pub bookings: Vec<Row>,
}

/// Bookings about which a person decides.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Entries of bookings or of their documents, two or more.
    pub entries: Vec<Uuid>,
}

impl<'p> Booking<'p> {
    /// Makes the booking of a key of its documents, in the order in which they were booked; `None` where
    /// only reminders are left.
    pub(crate) fn of(key: &str, papers: Vec<&'p Paper>) -> Option<Self> {
        // Where a person removed the entry of a booking, its next document stands for it.
        let mut standing = papers.iter().copied().filter(|paper| !paper.traits.reminds);
        let first = standing.clone().find(|paper| paper.key == key).or(standing.next())?;
        Some(Self { first, papers })
    }

    /// Lists its documents, the one that stands for the purchase first: of what a person said of several, the
    /// first word counts.
    pub(crate) fn by_word(&self) -> impl Iterator<Item = &'p Paper> {
        std::iter::once(self.first).chain(self.others())
    }

    /// Lists its documents but for the one that stands for the purchase.
    pub(crate) fn others(&self) -> impl Iterator<Item = &'p Paper> {
        let first = self.first;
        self.papers.iter().copied().filter(move |paper| paper.key != first.key)
    }
}

/// Lists look-alikes of which one fits, with their bookings.
///
/// # Errors
/// [`ErrorCode::BadInput`] for more than [`MAX_PAIRS`]; those of the export.
pub(crate) fn list(client: &SpacedriveClient, filter: &Filter) -> Result<Vec<LookAlikes>> {
    let filter = filter.checked()?;
    index::with(client, |index| {
        let books = Books::open(client, index, filter.rejected)?;
        let glances = books.glances();
        let by_id: BTreeMap<Uuid, &Glance<'_>> =
            glances.iter().map(|glance| (glance.entry_id, glance)).collect();
        let fits = |id: &Uuid| by_id.get(id).is_some_and(|glance| glance.fits(&filter));
        let mut found: Vec<((Uuid, Uuid), Vec<String>)> = Vec::new();
        for Pair { entries, reason } in index.pairs(filter.rejected) {
            if let Some((_, reasons)) = found.last_mut().filter(|(last, _)| *last == entries) {
                reasons.push(reason);
            } else if fits(&entries.0) || fits(&entries.1) {
                found.push((entries, vec![reason]));
            }
        }
        found.truncate(filter.limit.unwrap_or(usize::MAX));
        at_most(MAX_PAIRS, found.len())?;
        let row = |id: Uuid| by_id.get(&id).map(|glance| books.row(glance));
        let look_alikes = |((one, two), reasons): ((Uuid, Uuid), Vec<String>)| {
            let bookings = [one, two].into_iter().filter_map(row).collect::<Result<_>>()?;
            Ok(LookAlikes { reasons, bookings })
        };
        found.into_iter().map(look_alikes).collect()
    })
}

fn at_most(most: usize, found: usize) -> Result<()> {
    if found <= most {
        return Ok(());
    }
    Err(Error::bad_input(format!(
        "{found} pairs fit, and a list has at most {most}: give a `limit` or more conditions"
    )))
}

/// Makes one booking of several: the oldest keeps its entry. Returns it.
///
/// # Errors
/// [`ErrorCode::BadInput`] for fewer than two entries, or where some were rejected; [`ErrorCode::NotFound`] for one that is not of
/// a booking; those of the `vdfs` operations.
pub(crate) fn merge(client: &SpacedriveClient, decision: &Decision) -> Result<Vec<Row>> {
    let ledger = Ledger::new(client);
    let papers = near(&ledger, decision)?;
    let mut groups: Vec<Vec<Paper>> = Vec::new();
    let chosen = chosen(&papers, decision)?;
    none_rejected(&papers, &chosen)?;
    for paper in chosen {
        let group: Vec<Paper> = of_booking(&papers, &paper.booking).cloned().collect();
        if !groups.iter().flatten().any(|known| known.key == paper.key) {
            groups.push(group);
        }
    }
    for (group, others) in beside(&groups) {
        let leads: Vec<&str> =
            others.iter().filter(|paper| paper.is_first()).map(|p| p.key.as_str()).collect();
        for mut paper in group {
            let known: Vec<String> = paper.decided(APART).map(str::to_owned).collect();
            let is_other = |key: &&str| others.iter().any(|other| other.key == *key);
            let undone: Vec<&str> = known.iter().map(String::as_str).filter(is_other).collect();
            ledger.decide(&mut paper, &undone, None)?;
            if paper.is_first() {
                ledger.decide(&mut paper, &leads, Some(SAME))?;
            }
        }
    }
    decided(client, &ledger, decision)
}

/// Makes several bookings of one, or keeps bookings apart that look alike. Where documents of one
/// booking are named, the first keeps those that are not.
///
/// # Errors
/// As [`merge`].
pub(crate) fn keep_apart(client: &SpacedriveClient, decision: &Decision) -> Result<Vec<Row>> {
    let ledger = Ledger::new(client);
    let papers = near(&ledger, decision)?;
    let named = chosen(&papers, decision)?;
    let is_named = |paper: &Paper| named.iter().any(|other| other.key == paper.key);
    let mut groups: Vec<Vec<Paper>> = Vec::new();
    for paper in &named {
        let is_known = groups.iter().flatten().any(|known| known.booking == paper.booking);
        let rest =
            of_booking(&papers, &paper.booking).filter(|other| !is_known && !is_named(other));
        groups.push(std::iter::once(*paper).chain(rest).cloned().collect());
    }
    for (group, others) in beside(&groups) {
        let keys: Vec<&str> = others.iter().map(|paper| paper.key.as_str()).collect();
        for mut paper in group {
            ledger.decide(&mut paper, &keys, Some(APART))?;
        }
    }
    decided(client, &ledger, decision)
}

/// Returns each group with all papers of the others.
fn beside(groups: &[Vec<Paper>]) -> Vec<(Vec<Paper>, Vec<Paper>)> {
    let others = |at: usize| {
        groups
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != at)
            .flat_map(|(_, group)| group.clone())
            .collect()
    };
    groups.iter().enumerate().map(|(at, group)| (group.clone(), others(at))).collect()
}

/// Books anew what was decided about, and returns the bookings.
fn decided(
    client: &SpacedriveClient,
    ledger: &Ledger<'_>,
    decision: &Decision,
) -> Result<Vec<Row>> {
    let papers = near(ledger, decision)?;
    let named = chosen(&papers, decision)?;
    let start =
        papers.iter().filter(|paper| named.iter().any(|other| other.booking == paper.booking));
    booking::rebook(ledger, start.cloned().collect())?;
    let papers = near(ledger, decision)?;
    let named = chosen(&papers, decision)?;
    let ids: Vec<Uuid> = named.iter().filter_map(|paper| paper.booked().id).collect();
    export::rows_of(client, &ids)
}

/// Refuses to join what was rejected to what was not: one of the two decisions would be lost.
fn none_rejected(papers: &[Paper], chosen: &[&Paper]) -> Result<()> {
    let rejected = person::rejected_bookings(papers);
    let (away, rest): (Vec<&Paper>, Vec<&Paper>) =
        chosen.iter().copied().partition(|paper| rejected.contains(&paper.booking));
    match away.first() {
        Some(paper) if !rest.is_empty() => {
            let id = paper.entry.id;
            let message = format!("entry {id} was rejected: take that back first, or leave it out");
            Err(Error::new(ErrorCode::BadInput, message))
        }
        _ => Ok(()),
    }
}

/// Reads the documents of all bookings that a decision is about.
fn near(ledger: &Ledger<'_>, decision: &Decision) -> Result<Vec<Paper>> {
    let keys = index::with(ledger.client, |index| Ok(index.documents_beside(&decision.entries)))?;
    ledger.papers(&keys)
}

fn of_booking<'p>(papers: &'p [Paper], booking: &'p str) -> impl Iterator<Item = &'p Paper> {
    papers.iter().filter(move |paper| paper.booking == booking)
}

fn chosen<'p>(papers: &'p [Paper], decision: &Decision) -> Result<Vec<&'p Paper>> {
    if decision.entries.len() < 2 {
        return Err(Error::new(ErrorCode::BadInput, "`entries` names fewer than two bookings"));
    }
    let find = |id: &Uuid| papers.iter().find(|paper| paper.entry.id == *id);
    let missing = |id| Error::new(ErrorCode::NotFound, format!("entry {id} is not a booking"));
    decision.entries.iter().map(|id| find(id).ok_or_else(|| missing(id))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_pairs_than_a_list_has_are_said() {
        assert_eq!(at_most(MAX_PAIRS, MAX_PAIRS), Ok(()));
        let error = at_most(MAX_PAIRS, MAX_PAIRS + 1).unwrap_err();
        assert!(error.message().starts_with("1001 pairs fit"), "{error}");
    }
}
