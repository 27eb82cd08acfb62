//! Pairs of bookings that may be one purchase.

use std::collections::BTreeMap;

use spacedrive_sdk::prelude::*;

use super::{Index, Slip};
use crate::dedupe::partition::{Link, link};
use crate::ledger::{Ledger, Paper};
use crate::review::Pair;

/// Most pairs that one document is in: hundreds that look alike are no question for a person.
const MAX_PAIRS: usize = 100;

impl Index {
    /// Finds the pairs of a document that is new or changed.
    pub(super) fn compare(
        &mut self,
        ledger: &Ledger<'_>,
        paper: &Paper,
        known: &BTreeMap<Uuid, Paper>,
    ) -> Result<()> {
        let id = paper.entry.id;
        for other in self.candidates(id).into_iter().take(MAX_PAIRS) {
            let read = match known.get(&other.id) {
                Some(_) => None,
                None => ledger.paper(&other.key)?,
            };
            let Some(two) = known.get(&other.id).or(read.as_ref()) else { continue };
            // Links that join, but were not followed: both were booked before.
            if let Link::Open(reason) | Link::Joined(_, reason) =
                link(&paper.member(), &two.member())
            {
                let pair = (id.min(other.id), id.max(other.id));
                self.content.pairs.insert(pair, reason.to_owned());
                self.beside.entry(id).or_default().insert(other.id);
                self.beside.entry(other.id).or_default().insert(id);
            }
        }
        Ok(())
    }

    fn candidates(&self, id: Uuid) -> Vec<Slip> {
        let Some(slip) = self.content.slips.get(&id) else { return Vec::new() };
        let mut found: Vec<&Slip> = slip.places_of_alikes().flat_map(|it| self.at(it)).collect();
        let is_known = |other: &Slip| self.beside.get(&id).is_some_and(|it| it.contains(&other.id));
        found.retain(|other| other.id != id && !is_known(other) && slip.may_look_alike(other));
        found.sort_by_key(|other| other.id);
        found.dedup_by_key(|other| other.id);
        found.into_iter().cloned().collect()
    }

    /// Lists the pairs among the bookings that a person rejected, or among all others.
    pub(crate) fn pairs(&self, rejected: bool) -> Vec<Pair> {
        let booking = |id: &Uuid| {
            let kept = self.content.bookings.get(&self.content.slips.get(id)?.booking)?;
            (kept.rejected == rejected).then_some(kept.id)
        };
        let mut pairs: Vec<Pair> = Vec::new();
        for ((one, two), reason) in &self.content.pairs {
            let (Some(one), Some(two)) = (booking(one), booking(two)) else { continue };
            if one != two {
                pairs.push(Pair { entries: (one.min(two), one.max(two)), reason: reason.clone() });
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }
}
