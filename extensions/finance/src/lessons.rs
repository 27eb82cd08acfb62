//! The lessons of a person's corrections: the name of a vendor, and its category, also hold for other
//! bookings of it.
//!
//! They follow from the corrections whenever bookings are shown, so one that is taken back is forgotten
//! for all, and what was read stays what it is. Corrections that contradict each other teach nothing.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::corrections;
use crate::export::Row;
use crate::review::Booking;

/// What is known of each key; `None` where a person said different things.
type Lesson = BTreeMap<String, Option<String>>;

/// The lessons of some bookings.
#[derive(Debug, Default)]
pub(crate) struct Lessons {
    /// Names of vendors, by the names that were read.
    vendors: Lesson,
    /// Categories, by the names of vendors.
    categories: Lesson,
}

impl Lessons {
    /// Takes the lessons of all bookings.
    pub(crate) fn of(bookings: &[Booking<'_>]) -> Self {
        let corrected: Vec<_> = bookings.iter().map(Corrected::of).collect();
        let mut vendors = Lesson::new();
        for it in &corrected {
            learn(&mut vendors, it.read_vendor(), it.text("vendor"));
        }
        let mut lessons = Self { vendors, categories: Lesson::new() };
        let categories =
            corrected.iter().filter_map(|it| it.text("category").map(|said| (it, said)));
        for (it, said) in categories {
            let read = it.read_vendor().map(|read| lessons.vendor(read).unwrap_or(read));
            let vendor = it.text("vendor").or(read).map(str::to_owned);
            learn(&mut lessons.categories, vendor.as_deref(), Some(said));
        }
        lessons
    }

    /// Applies them to a booking, but for what a person said of it.
    pub(crate) fn apply(&self, row: &mut Row) {
        let is_said = |row: &Row, field: &str| row.corrected.iter().any(|name| name == field);
        if !is_said(row, "vendor")
            && let Some(vendor) = row.vendor.as_deref().and_then(|read| self.vendor(read))
            && row.vendor.as_deref() != Some(vendor)
        {
            row.vendor = Some(vendor.to_owned());
            row.taught.push("vendor".to_owned());
        }
        if !is_said(row, "category")
            && let Some(category) = row.vendor.as_deref().and_then(|vendor| self.category(vendor))
            && row.category.as_deref() != Some(category)
        {
            row.category = Some(category.to_owned());
            row.taught.push("category".to_owned());
        }
    }

    fn vendor(&self, read: &str) -> Option<&str> {
        self.vendors.get(&key(read))?.as_deref()
    }

    fn category(&self, vendor: &str) -> Option<&str> {
        self.categories.get(&key(vendor))?.as_deref()
    }
}

/// What was read of a booking, and what a person made of it.
struct Corrected {
    read: Map<String, Value>,
    corrected: Map<String, Value>,
}

impl Corrected {
    fn of(booking: &Booking<'_>) -> Self {
        let entry = &booking.first.entry;
        Self { read: corrections::read(entry), corrected: corrections::of(entry, None) }
    }

    fn read_vendor(&self) -> Option<&str> {
        self.read.get("vendor")?.as_str()
    }

    fn text(&self, field: &str) -> Option<&str> {
        self.corrected.get(field)?.as_str()
    }
}

fn learn(lesson: &mut Lesson, about: Option<&str>, said: Option<&str>) {
    let (Some(about), Some(said)) = (about, said) else { return };
    let known = lesson.entry(key(about)).or_insert_with(|| Some(said.to_owned()));
    if known.as_deref() != Some(said) {
        *known = None;
    }
}

/// Returns a name as names are compared: in small letters, with single spaces.
fn key(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
