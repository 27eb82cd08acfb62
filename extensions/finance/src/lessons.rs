//! The lessons of a person's corrections: the name of a vendor, its category, and where an amount or a day
//! stands on its documents, also hold for other bookings of it.
//!
//! They follow from the corrections whenever bookings are shown, so one that is taken back is forgotten
//! for all, and what was read stays what it is. Corrections that contradict each other teach nothing.

use std::collections::BTreeMap;

use crate::export::Glance;
use crate::index::Lesson as Said;
use crate::places::{self, Places};

/// What is known of each key; `None` where a person said different things.
type Lesson = BTreeMap<String, Option<String>>;

/// The lessons of some bookings.
#[derive(Debug, Default)]
pub(crate) struct Lessons {
    /// Names of vendors, by the names that were read.
    vendors: Lesson,
    /// Categories, by the names of vendors.
    categories: Lesson,
    /// Labels of the values of fields, by the names of vendors that were read.
    places: BTreeMap<String, Places>,
}

impl Lessons {
    /// Takes the lessons of what a person said about bookings.
    pub(crate) fn of<'l>(said: impl Iterator<Item = &'l Said>) -> Self {
        let said: Vec<&Said> = said.collect();
        let mut vendors = Lesson::new();
        for it in &said {
            learn(&mut vendors, it.read.as_deref(), it.vendor.as_deref());
        }
        let mut lessons = Self { vendors, places: places(&said), categories: Lesson::new() };
        for it in said.into_iter().filter(|it| it.category.is_some()) {
            let read = it.read.as_deref().map(|read| lessons.vendor(read).unwrap_or(read));
            let vendor = it.vendor.as_deref().or(read).map(str::to_owned);
            learn(&mut lessons.categories, vendor.as_deref(), it.category.as_deref());
        }
        lessons
    }

    /// Applies them to a booking, but for what a person said of it.
    pub(crate) fn apply<'b>(&'b self, glance: &mut Glance<'b>) {
        self.apply_places(glance);
        if !self.vendors.is_empty()
            && !glance.is_said("vendor")
            && let Some(vendor) = glance.vendor.and_then(|read| self.vendor(read))
            && glance.vendor != Some(vendor)
        {
            glance.vendor = Some(vendor);
            glance.taught.push("vendor");
        }
        if !self.categories.is_empty()
            && !glance.is_said("category")
            && let Some(category) = glance.vendor.and_then(|vendor| self.category(vendor))
            && glance.category != Some(category)
        {
            glance.category = Some(category);
            glance.taught.push("category");
        }
    }

    fn apply_places<'b>(&'b self, glance: &mut Glance<'b>) {
        if self.places.is_empty() || !glance.kept.is_read_alone {
            return;
        }
        let kept = glance.kept;
        let Some(places) = kept.read_vendor().and_then(|read| self.places.get(&key(read))) else {
            return;
        };
        for field in places::FIELDS {
            if glance.is_said(field) {
                continue;
            }
            let labels = places.get(field).zip(kept.at.get(field));
            if let Some(value) = labels.and_then(|(labels, at)| places::agreed(labels, at)) {
                glance.take(field, value);
            }
        }
    }

    fn vendor(&self, read: &str) -> Option<&str> {
        self.vendors.get(&key(read))?.as_deref()
    }

    fn category(&self, vendor: &str) -> Option<&str> {
        self.categories.get(&key(vendor))?.as_deref()
    }
}

/// Collects the labels of all corrections of a vendor: those that each of them has.
fn places(said: &[&Said]) -> BTreeMap<String, Places> {
    let mut all: BTreeMap<String, Places> = BTreeMap::new();
    for it in said {
        let Some(read) = it.read.as_deref() else { continue };
        for (field, labels) in &it.places {
            let of_vendor = all.entry(key(read)).or_default();
            let known = of_vendor.entry(field.clone()).or_insert_with(|| labels.clone());
            known.retain(|label| labels.contains(label));
        }
    }
    all
}

fn learn(lesson: &mut Lesson, about: Option<&str>, said: Option<&str>) {
    let (Some(about), Some(said)) = (about, said) else { return };
    let known = lesson.entry(key(about)).or_insert_with(|| Some(said.to_owned()));
    if known.as_deref() != Some(said) {
        *known = None;
    }
}

/// Returns a name as names are compared: in small letters, with single spaces.
pub(crate) fn key(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
