//! Purchases among documents: which of them are about one.

use super::{Traits, Verdict};

/// A document among others.
#[derive(Debug, Clone)]
pub(crate) struct Member<'a> {
    /// Key of the document, the same however often it comes.
    pub(crate) key: &'a str,
    pub(crate) traits: &'a Traits,
    /// It was booked before documents were compared: such bookings are joined by the person alone.
    pub(crate) is_old: bool,
    /// True if a person rejected its booking; `None` for a document that comes now, which shares the
    /// fate of its booking.
    pub(crate) is_rejected: Option<bool>,
    /// Keys of documents that a person said to be about the same purchase.
    pub(crate) joined: Vec<&'a str>,
    /// Keys of documents that a person said to be about other purchases.
    pub(crate) apart: Vec<&'a str>,
}

/// What is known about two documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// One purchase; the lowest rank is the surest.
    Joined(u8, &'static str),
    /// To be told by the person.
    Open(&'static str),
    /// Never one purchase.
    Apart,
    None,
}

/// Returns what is known about two documents, but for decisions that join them.
pub(crate) fn link(one: &Member<'_>, two: &Member<'_>) -> Link {
    if one.apart.contains(&two.key) || two.apart.contains(&one.key) {
        return Link::Apart;
    }
    // Joined, one of them would leave the lists that it is in, or come back to them.
    if one.is_rejected.zip(two.is_rejected).is_some_and(|(one, two)| one != two) {
        return Link::Apart;
    }
    match one.traits.compare(two.traits) {
        Verdict::Same(_, reason) if one.is_old && two.is_old => Link::Open(reason),
        Verdict::Same(rank, reason) => Link::Joined(rank, reason),
        Verdict::Review(reason) => Link::Open(reason),
        Verdict::Different => Link::Apart,
        Verdict::Unrelated => Link::None,
    }
}

/// Divides documents into purchases, each a list of indices.
///
/// The surest links come first, and none that would join two documents that contradict each other;
/// then the person's decisions, which ask for no agreement. Neither the order of the documents nor
/// that of their coming counts.
pub(crate) fn partition(members: &[Member<'_>]) -> Vec<Vec<usize>> {
    let mut clusters = Clusters((0..members.len()).map(|index| vec![index]).collect());
    for (one, two) in links(members) {
        clusters.join(one, two, |first, second| agree(members, first, second));
    }
    for (one, first) in members.iter().enumerate() {
        for key in &first.joined {
            if let Some(two) = members.iter().position(|member| member.key == *key) {
                clusters.join(one, two, |_, _| true);
            }
        }
    }
    clusters.0
}

struct Clusters(Vec<Vec<usize>>);

impl Clusters {
    /// Joins the clusters of two documents if they are two, and `may` says so.
    fn join(&mut self, one: usize, two: usize, may: impl Fn(&[usize], &[usize]) -> bool) {
        let at = |index| self.0.iter().position(|cluster| cluster.contains(&index));
        let (Some(one), Some(two)) = (at(one), at(two)) else { return };
        let pair = self.0.get(one).zip(self.0.get(two));
        if one == two || !pair.is_some_and(|(first, second)| may(first, second)) {
            return;
        }
        let moved = self.0.remove(one.max(two));
        self.0.get_mut(one.min(two)).into_iter().for_each(|cluster| cluster.extend(&moved));
    }
}

/// Lists the links that join, the surest first.
fn links(members: &[Member<'_>]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (one, first) in members.iter().enumerate() {
        for (two, second) in members.iter().enumerate().skip(one + 1) {
            if let Link::Joined(rank, _) = link(first, second) {
                let keys = (first.key.min(second.key), first.key.max(second.key));
                // Of two that are as sure, the one in the lists comes first.
                let is_away = [first, second].iter().any(|it| it.is_rejected == Some(true));
                found.push((rank, is_away, keys, one, two));
            }
        }
    }
    found.sort_unstable();
    found.into_iter().map(|(_, _, _, one, two)| (one, two)).collect()
}

/// Returns whether no document of one cluster contradicts one of the other.
fn agree(members: &[Member<'_>], first: &[usize], second: &[usize]) -> bool {
    let of = |cluster: &[usize]| -> Vec<&Member<'_>> {
        cluster.iter().filter_map(|at| members.get(*at)).collect()
    };
    let second = of(second);
    let both_old = |one: &Member<'_>, two: &Member<'_>| one.is_old && two.is_old;
    of(first)
        .iter()
        .all(|one| second.iter().all(|two| !both_old(one, two) && link(one, two) != Link::Apart))
}
