//! An index of method patterns, which finds those that match without a look at all of them.

use std::collections::HashMap;

use ext_manifest::{MethodPattern, PatternName};
use ext_wire::{Method, MethodKind};

/// Items, found by the method patterns that they were inserted under.
///
/// A lookup costs one hash for the name and one for each of its dots, whatever the number of items.
#[derive(Debug, Default)]
pub(crate) struct MethodIndex {
    any: Vec<u32>,
    exact: HashMap<Box<str>, Vec<Slot>>,
    under: HashMap<Box<str>, Vec<Slot>>,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    kind: Option<MethodKind>,
    version: Option<u16>,
    item: u32,
}

impl MethodIndex {
    /// Inserts an item; `None` is for every method.
    pub(crate) fn insert(&mut self, pattern: Option<&MethodPattern>, item: u32) {
        let Some(pattern) = pattern else {
            self.any.push(item);
            return;
        };
        let kind = pattern.kind();
        let (slots, name, version) = match pattern.name() {
            PatternName::Exact { name, version } => (&mut self.exact, name, version),
            PatternName::Under { family } => (&mut self.under, family, None),
        };
        slots.entry(name.into()).or_default().push(Slot { kind, version, item });
    }

    /// Returns the items whose patterns match. Allocates nothing.
    pub(crate) fn matches<'a>(&'a self, method: Method<'a>) -> impl Iterator<Item = u32> + 'a {
        let name = method.name();
        let families = name.match_indices('.').filter_map(move |(dot, _)| name.get(..dot));
        let under = families.filter_map(|family| self.under.get(family));
        let slots = self.exact.get(name).into_iter().chain(under).flatten();
        let fits = move |slot: &&Slot| {
            slot.kind.is_none_or(|kind| kind == method.kind())
                && slot.version.is_none_or(|version| version == method.version())
        };
        self.any.iter().copied().chain(slots.filter(fits).map(|slot| slot.item))
    }
}
