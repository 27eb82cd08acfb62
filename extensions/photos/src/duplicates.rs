//! Pictures that are there twice: the same file, or another form of one picture (smaller, compressed again,
//! cut a little, turned).

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

use crate::fine::Fine;
use crate::intake::{LOOK, MEDIUM};
use crate::look::{ALIKE, Details, Look, Turn, WideHashes};
use crate::photo::{self, Listed, PHOTO};

/// Most pictures whose second look is kept in memory: 128 MiB.
const MAX_FINE: usize = 2048;

/// Conditions of a search for duplicates.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DuplicatesInput {
    /// Only files with the same bytes.
    pub exact: bool,
}

/// A picture of a group of duplicates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Duplicate {
    /// Number of the group, from 1.
    pub group: usize,
    /// The picture.
    pub entry_id: Uuid,
    /// Its path.
    pub path: String,
    /// `best` for the one with the most pixels, `exact` for the same bytes as the best, else `near`.
    pub kind: String,
    /// Likeness to the best one, 0 to 1.
    pub likeness: f64,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Bytes of the file.
    pub size: u64,
    /// Sidecar of the small copy, where there is one.
    pub thumbnail: Option<String>,
}

/// Lists the groups of duplicates, each from the best picture on.
///
/// # Errors
/// Those of the library.
pub(crate) fn list(client: &SpacedriveClient, input: &DuplicatesInput) -> Result<Vec<Duplicate>> {
    let photos = photo::list(client, PHOTO)?;
    let mut looks = Looks { client, photos: &photos, read: HashMap::new(), fine: HashMap::new() };
    let mut groups = Groups::new(photos.len());
    same_bytes(&photos, &mut groups);
    if !input.exact {
        same_look(&mut looks, &mut groups)?;
    }
    let mut all = Vec::new();
    for (number, group) in (1..).zip(groups.several()) {
        all.extend(members(&mut looks, number, group)?);
    }
    Ok(all)
}

fn same_bytes(photos: &[Listed], groups: &mut Groups) {
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (at, photo) in photos.iter().enumerate() {
        let Some(hash) = photo.content_hash.as_deref() else { continue };
        groups.join(*first.entry(hash).or_insert(at), at);
    }
}

/// Joins pictures that look alike. The hashes of all pairs are compared: a fraction of a second for 10,000
/// pictures, where they stand side by side.
fn same_look(looks: &mut Looks<'_>, groups: &mut Groups) -> Result<()> {
    let hashed =
        |(at, it): (usize, &Listed)| Some((at, WideHashes::from(it.photo.hashes.as_ref()?)));
    let hashes: Vec<_> = looks.photos.iter().enumerate().filter_map(hashed).collect();
    for (place, (at, own)) in hashes.iter().enumerate() {
        let later = hashes.get(place + 1..).unwrap_or_default();
        for (other, _) in later.iter().filter(|(_, other)| own.may_be_alike(other)) {
            if !groups.are_joined(*at, *other) && looks.are_alike(*at, *other)? {
                groups.join(*at, *other);
            }
        }
    }
    Ok(())
}

/// The details of pictures, read when they are needed: those of the first look, and those of the second.
struct Looks<'a> {
    client: &'a SpacedriveClient,
    photos: &'a [Listed],
    read: HashMap<usize, Option<Details>>,
    fine: HashMap<usize, Option<Fine>>,
}

impl Looks<'_> {
    fn likeness(&mut self, one: usize, two: usize) -> Result<(f64, Turn)> {
        self.load(one)?;
        self.load(two)?;
        let look = |at| self.read.get(&at).and_then(Option::as_ref);
        let likeness = |(one, two): (&Details, &Details)| one.likeness(two);
        Ok(look(one).zip(look(two)).map_or((0.0, Turn::None), likeness))
    }

    /// Tells whether two pictures are one, by both looks.
    fn are_alike(&mut self, one: usize, two: usize) -> Result<bool> {
        let (likeness, turn) = self.likeness(one, two)?;
        if likeness < ALIKE {
            return Ok(false);
        }
        if self.fine.len() + 2 > MAX_FINE {
            self.fine.clear();
        }
        self.load_fine(one)?;
        self.load_fine(two)?;
        let look = |at| self.fine.get(&at).and_then(Option::as_ref);
        // Without its copy a picture is told by the first look.
        Ok(look(one).zip(look(two)).is_none_or(|(one, two)| one.is_same(two, turn)))
    }

    fn load_fine(&mut self, at: usize) -> Result<()> {
        let Some(photo) = self.photos.get(at).filter(|_| !self.fine.contains_key(&at)) else {
            return Ok(());
        };
        let copy = kept(self.client, photo.id, MEDIUM)?;
        let copy = copy.and_then(|copy| Fine::of_jpeg(copy.as_bytes()));
        self.fine.insert(at, copy);
        Ok(())
    }

    fn load(&mut self, at: usize) -> Result<()> {
        let Some(photo) = self.photos.get(at).filter(|_| !self.read.contains_key(&at)) else {
            return Ok(());
        };
        let luma = kept(self.client, photo.id, LOOK)?;
        let look = luma.and_then(|luma| Look::new(luma.as_bytes().to_vec()));
        self.read.insert(at, look.map(|look| look.details()));
        Ok(())
    }
}

/// Reads a sidecar; `None` where it was removed meanwhile, or its file is lost or damaged.
fn kept(client: &SpacedriveClient, id: Uuid, name: &str) -> Result<Option<Blob>> {
    match client.vdfs().read_sidecar(id, name) {
        Ok(read) => Ok(Some(read)),
        Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::Corrupt) => Ok(None),
        Err(error) => Err(error),
    }
}

fn members(looks: &mut Looks<'_>, group: usize, mut all: Vec<usize>) -> Result<Vec<Duplicate>> {
    let photos = looks.photos;
    let worth = |at: &usize| {
        photos.get(*at).map(|it| (u64::from(it.photo.width) * u64::from(it.photo.height), it.size))
    };
    all.sort_by_key(|at| (std::cmp::Reverse(worth(at)), *at));
    let Some(best) = all.first().copied() else { return Ok(Vec::new()) };
    let mut members = Vec::new();
    for at in all {
        let Some((photo, first)) = photos.get(at).zip(photos.get(best)) else { continue };
        let exact = photo.content_hash.is_some() && photo.content_hash == first.content_hash;
        let (kind, likeness) = match () {
            () if at == best => ("best", 1.0),
            () if exact => ("exact", 1.0),
            () => ("near", looks.likeness(best, at)?.0),
        };
        members.push(member(photo, group, kind, likeness));
    }
    Ok(members)
}

fn member(photo: &Listed, group: usize, kind: &str, likeness: f64) -> Duplicate {
    Duplicate {
        group,
        entry_id: photo.id,
        path: photo.path.clone(),
        kind: kind.to_owned(),
        likeness: (likeness * 1000.0).round() / 1000.0,
        width: photo.photo.width,
        height: photo.photo.height,
        size: photo.size,
        thumbnail: photo.photo.thumbnails.then(|| crate::intake::SMALL.to_owned()),
    }
}

/// Groups of positions that only grow: each names one before it in its group, or itself.
struct Groups(Vec<usize>);

impl Groups {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn first(&self, mut at: usize) -> usize {
        while let Some(before) = self.0.get(at).copied().filter(|before| *before != at) {
            at = before;
        }
        at
    }

    /// Finds the first of a group, and makes the way there shorter for the next time.
    fn found(&mut self, at: usize) -> usize {
        let first = self.first(at);
        let mut on_the_way = at;
        while let Some(before) = self.0.get_mut(on_the_way).filter(|before| **before != first) {
            on_the_way = std::mem::replace(before, first);
        }
        first
    }

    fn are_joined(&mut self, one: usize, two: usize) -> bool {
        self.found(one) == self.found(two)
    }

    fn join(&mut self, one: usize, two: usize) {
        let (one, two) = (self.found(one), self.found(two));
        if let Some(later) = self.0.get_mut(one.max(two)) {
            *later = one.min(two);
        }
    }

    /// Returns the groups of more than one.
    fn several(&self) -> Vec<Vec<usize>> {
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in 0..self.0.len() {
            groups.entry(self.first(at)).or_default().push(at);
        }
        groups.into_values().filter(|group| group.len() > 1).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_joined_whatever_the_order() {
        let mut groups = Groups::new(6);
        for (one, two) in [(4, 2), (0, 5), (2, 0), (5, 4)] {
            groups.join(one, two);
        }
        assert_eq!(groups.several(), [vec![0, 2, 4, 5]]);
        assert!(groups.are_joined(2, 5) && !groups.are_joined(1, 3));
    }
}
