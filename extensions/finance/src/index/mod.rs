//! The index of the bookings: what lists, sums and comparisons need of each document, in a compact form.
//!
//! It follows from the entries alone. The host says which of them changed since it was made, whoever
//! changed them, so it is brought up to date before each use. It stays in memory between calls and is
//! kept in the library once much has changed (`saved`); without it, or when the host numbers its
//! changes anew, it is made again of all entries: by jobs, while pages show what is there.

mod job;
mod kept;
mod pairs;
mod saved;
mod slip;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::{Deserialize, Serialize};
use spacedrive_sdk::ops::vdfs::{
    Entry, ListChangesInput, ListChangesOutput, ListEntries, ListEntriesInput, MAX_PAGE,
};
use spacedrive_sdk::prelude::*;

pub(crate) use job::run;
pub use job::{IndexInput, Indexed};
pub(crate) use kept::{Kept, Lesson};
pub(crate) use slip::Slip;

use crate::ledger::{FOLDER, Ledger, Paper};
use crate::review::Booking;

/// Most changes that a call follows which needs the whole index, so that it ends within its time.
const MOST_CHANGES: usize = 200_000;
/// Most changes that a page follows, so that it comes at once.
const CHANGES_OF_A_PAGE: usize = 500;
/// Changes after which an index that is being made is kept, so that not all is lost when the program ends.
const KEPT_AFTER: usize = 20_000;

thread_local! {
    /// The index of the library that was used last.
    static LAST: RefCell<Option<(Option<Uuid>, Index)>> = const { RefCell::new(None) };
}

/// The documents and bookings of a library.
#[derive(Debug, Default)]
pub(crate) struct Index {
    content: Content,
    /// Documents by what they are found by: their booking, an amount, a number.
    places: HashMap<Place, Vec<Uuid>>,
    /// Documents beside which a pair has one.
    beside: HashMap<Uuid, BTreeSet<Uuid>>,
    /// Number of changes since it was kept.
    unsaved: usize,
}

/// The part of an [`Index`] that is kept.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Content {
    /// Cursor of the changes.
    cursor: Option<String>,
    /// Documents by their entries.
    slips: BTreeMap<Uuid, Slip>,
    /// Bookings by their keys.
    bookings: BTreeMap<String, Kept>,
    /// Pairs of documents of two bookings that may be one purchase, with the reason.
    pairs: BTreeMap<(Uuid, Uuid), String>,
}

/// Something by which documents are found: the hash of a booking's key, of an amount, or of a number.
/// Whoever looks there compares the documents themselves, as two things may have one hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Place(u64);

impl Place {
    fn booking(key: &str) -> Self {
        Self::of("booking", key)
    }

    fn amount(amount: &str) -> Self {
        Self::of("amount", amount)
    }

    fn number(number: &str) -> Self {
        Self::of("number", number)
    }

    fn of(kind: &str, text: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        (kind, text).hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// Calls `read` with the index of the client's library, which is up to date.
///
/// # Errors
/// [`ErrorCode::Busy`] where it is not made by then, so that a job makes the rest; those of `read` and of the
/// `vdfs` operations.
pub(crate) fn with<T>(
    client: &SpacedriveClient,
    read: impl FnOnce(&Index) -> Result<T>,
) -> Result<T> {
    whole(client, MOST_CHANGES, read)
}

fn whole<T>(
    client: &SpacedriveClient,
    most: usize,
    read: impl FnOnce(&Index) -> Result<T>,
) -> Result<T> {
    with_up_to(client, most, |index, is_whole| match is_whole {
        true => read(index),
        false => Err(Error::new(
            ErrorCode::Busy,
            format!(
                "the receipts are being indexed, {} so far: ask again later",
                index.documents()
            ),
        )),
    })
}

/// Calls `read` with the index as far as it is made, and with the number of its documents where it is not
/// whole: a job makes the rest.
///
/// # Errors
/// Those of `read` and of the `vdfs` operations.
pub(crate) fn with_part<T>(
    client: &SpacedriveClient,
    read: impl FnOnce(&Index, Option<usize>) -> Result<T>,
) -> Result<T> {
    with_up_to(client, CHANGES_OF_A_PAGE, |index, is_whole| {
        read(index, (!is_whole).then(|| index.documents()))
    })
}

fn with_up_to<T>(
    client: &SpacedriveClient,
    most: usize,
    read: impl FnOnce(&Index, bool) -> Result<T>,
) -> Result<T> {
    let (index, is_whole) = open(client, most)?;
    if !is_whole {
        job::ask(client);
    }
    let result = read(&index, is_whole);
    LAST.set(Some((client.library_id(), index)));
    result
}

/// Opens the index, and follows some changes. Returns whether these were all.
fn open(client: &SpacedriveClient, most: usize) -> Result<(Index, bool)> {
    let ledger = Ledger::new(client);
    let last = LAST.take().filter(|(library, _)| *library == client.library_id());
    let mut index = match last {
        Some((_, index)) => index,
        None => saved::load(client)?.map(Index::of).unwrap_or_default(),
    };
    match index.refresh(&ledger, most) {
        // A host of before, or a permission that an update did not get.
        Err(error)
            if matches!(error.code(), ErrorCode::UnknownMethod | ErrorCode::DeniedMethod) =>
        {
            Ok((Index::of_all(&ledger)?, true))
        }
        refreshed => refreshed.map(|is_whole| (index, is_whole)),
    }
}

impl Index {
    fn of(content: Content) -> Self {
        let mut index = Self { content, ..Self::default() };
        for slip in index.content.slips.values() {
            for place in slip.places() {
                index.places.entry(place).or_default().push(slip.id);
            }
        }
        for (one, two) in index.content.pairs.keys() {
            index.beside.entry(*one).or_default().insert(*two);
            index.beside.entry(*two).or_default().insert(*one);
        }
        index
    }

    /// Makes the index of all entries.
    ///
    /// # Errors
    /// Those of the `vdfs` operations.
    pub(crate) fn of_all(ledger: &Ledger<'_>) -> Result<Self> {
        let mut index = Self::default();
        let path_prefix = Some(FOLDER.to_owned());
        let mut input = ListEntriesInput { path_prefix, limit: MAX_PAGE, ..Default::default() };
        loop {
            let page = ledger.client.call_op::<ListEntries>(&input)?;
            index.apply(ledger, page.entries, &[])?;
            input.after = page.next;
            if input.after.is_none() {
                return Ok(index);
            }
        }
    }

    /// Follows some changes, and returns whether these were all. It is kept when much has changed.
    fn refresh(&mut self, ledger: &Ledger<'_>, most: usize) -> Result<bool> {
        let limit = u32::try_from(most).map_or(MAX_PAGE, |most| most.min(MAX_PAGE));
        let mut followed = 0;
        loop {
            let input = ListChangesInput {
                path_prefix: Some(FOLDER.to_owned()),
                after: self.content.cursor.clone(),
                limit,
            };
            let page = ledger.client.vdfs().list_changes(&input)?;
            let ListChangesOutput { entries, removed, next, more, anew } = page;
            if anew {
                *self = Self::default();
            }
            let changes = entries.len() + removed.len();
            self.apply(ledger, entries, &removed)?;
            self.content.cursor = Some(next);
            self.unsaved += changes;
            followed += changes;
            let worth_it = saved::worth_it(self.documents());
            if self.unsaved >= if more { worth_it.max(KEPT_AFTER) } else { worth_it } {
                saved::keep(ledger.client, &self.content);
                self.unsaved = 0;
            }
            if !more || followed >= most {
                return Ok(!more);
            }
        }
    }

    /// Returns the number of documents.
    fn documents(&self) -> usize {
        self.content.slips.len()
    }

    fn apply(&mut self, ledger: &Ledger<'_>, entries: Vec<Entry>, removed: &[Uuid]) -> Result<()> {
        let mut touched: BTreeSet<String> = BTreeSet::new();
        for id in removed.iter().copied().chain(entries.iter().map(|entry| entry.id)) {
            touched.extend(self.take(id).map(|slip| slip.booking));
        }
        let papers: Vec<Paper> = entries.into_iter().filter_map(Paper::of).collect();
        for paper in &papers {
            touched.insert(paper.booking.clone());
            self.put(Slip::of(paper));
        }
        let papers: BTreeMap<Uuid, Paper> =
            papers.into_iter().map(|paper| (paper.entry.id, paper)).collect();
        for key in touched {
            self.book(ledger, key, &papers)?;
        }
        papers.values().try_for_each(|paper| self.compare(ledger, paper, &papers))
    }

    /// Takes a document out, with its pairs.
    fn take(&mut self, id: Uuid) -> Option<Slip> {
        let slip = self.content.slips.remove(&id)?;
        for place in slip.places() {
            if let Some(there) = self.places.get_mut(&place) {
                there.retain(|other| *other != id);
                if there.is_empty() {
                    self.places.remove(&place);
                }
            }
        }
        for other in self.beside.remove(&id).unwrap_or_default() {
            self.content.pairs.remove(&(id.min(other), id.max(other)));
            if let Some(of_other) = self.beside.get_mut(&other) {
                of_other.remove(&id);
            }
        }
        Some(slip)
    }

    fn put(&mut self, slip: Slip) {
        for place in slip.places() {
            self.places.entry(place).or_default().push(slip.id);
        }
        self.content.slips.insert(slip.id, slip);
    }

    /// Writes down what a booking is now.
    fn book(
        &mut self,
        ledger: &Ledger<'_>,
        key: String,
        known: &BTreeMap<Uuid, Paper>,
    ) -> Result<()> {
        let mut read = Vec::new();
        for slip in self.of_booking(&key).filter(|slip| !known.contains_key(&slip.id)) {
            // One that is gone by now is told of by the next change.
            read.extend(ledger.paper(&slip.key)?);
        }
        let mut papers: Vec<&Paper> =
            self.of_booking(&key).filter_map(|slip| known.get(&slip.id)).chain(&read).collect();
        papers.sort_by(|one, two| one.age().cmp(&two.age()));
        match Booking::of(&key, papers) {
            Some(booking) => {
                let kept = Kept::of(ledger, &booking)?;
                self.content.bookings.insert(key, kept);
            }
            None => drop(self.content.bookings.remove(&key)),
        }
        Ok(())
    }

    fn at(&self, place: Place) -> impl Iterator<Item = &Slip> {
        self.places.get(&place).into_iter().flatten().filter_map(|id| self.content.slips.get(id))
    }

    /// Lists the documents of a booking.
    pub(crate) fn of_booking(&self, key: &str) -> impl Iterator<Item = &Slip> {
        self.at(Place::booking(key)).filter(move |slip| slip.booking == key)
    }

    /// Lists the bookings.
    pub(crate) fn bookings(&self) -> impl Iterator<Item = (&str, &Kept)> + Clone {
        self.content.bookings.iter().map(|(key, kept)| (key.as_str(), kept))
    }

    /// Lists all documents.
    pub(crate) fn slips(&self) -> impl Iterator<Item = &Slip> {
        self.content.slips.values()
    }

    /// Finds the bookings of an entry: of its own, or else of a file that it is.
    pub(crate) fn bookings_of(&self, entry: Uuid) -> BTreeSet<&str> {
        if let Some(slip) = self.content.slips.get(&entry) {
            return BTreeSet::from([slip.booking.as_str()]);
        }
        let of_file = self.content.slips.values().filter(|slip| slip.file == Some(entry));
        of_file.map(|slip| slip.booking.as_str()).collect()
    }

    /// Finds the booking with a key.
    pub(crate) fn booking(&self, key: &str) -> Option<&Kept> {
        self.content.bookings.get(key)
    }

    /// Returns the keys of all documents of the bookings that some documents are of.
    pub(crate) fn documents_beside(&self, entries: &[Uuid]) -> BTreeSet<String> {
        let slips = entries.iter().filter_map(|entry| self.content.slips.get(entry));
        slips.flat_map(|slip| self.of_booking(&slip.booking)).map(|slip| slip.key.clone()).collect()
    }

    /// Returns the keys of the documents over the amount of one that may be about one purchase with it.
    pub(crate) fn joinable(&self, paper: &Paper) -> BTreeSet<String> {
        let slip = Slip::of(paper);
        let over = slip.amount_place().into_iter().flat_map(|place| self.at(place));
        over.filter(|other| slip.is_over_amount(other) && slip.may_join(other))
            .map(|other| other.key.clone())
            .collect()
    }
}

#[cfg(test)]
mod tests;
