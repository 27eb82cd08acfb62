//! Statements of a file that follow one another, and the ids of their lines.
//!
//! Two lines that say the same are two lines in one statement, on two pages, and on statements that follow one
//! another, such as two tickets of a tram. In statements of which nothing says that they follow one another,
//! they may be one line that stands in both.

use std::collections::BTreeMap;

use super::line::Statement;

/// Gives each line of a file its id, and each statement what follows from its lines.
pub(super) fn finished(statements: Vec<Statement>) -> Vec<Statement> {
    let runs = runs(&statements);
    let mut alike: BTreeMap<usize, BTreeMap<String, usize>> = BTreeMap::new();
    let each = statements.into_iter().zip(runs);
    each.map(|(it, run)| it.finished(alike.entry(run).or_default())).collect()
}

/// Returns the run of each statement, by its place among the runs.
fn runs(statements: &[Statement]) -> Vec<usize> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    let mut places = Vec::new();
    for next in statements {
        let at = runs.iter().position(|run| run.takes(next)).unwrap_or(runs.len());
        match runs.get_mut(at) {
            Some(run) => run.add(next),
            None => runs.push(Run { parts: vec![next] }),
        }
        places.push(at);
    }
    places
}

/// Statements that follow one another; pages of one are some, too.
struct Run<'s> {
    parts: Vec<&'s Statement>,
}

impl<'s> Run<'s> {
    /// Returns whether a statement belongs to the run, and is not one of it once more.
    fn takes(&self, next: &Statement) -> bool {
        let is_of_account = self.parts.first().is_some_and(|it| it.account == next.account);
        is_of_account
            && (self.is_before(next) || self.is_behind(next) || self.is_numbered_with(next))
            && !self.parts.contains(&next)
    }

    fn is_before(&self, next: &Statement) -> bool {
        self.parts.last().is_some_and(|last| next.opening.is_some() && last.closing == next.opening)
    }

    fn is_behind(&self, next: &Statement) -> bool {
        self.parts
            .first()
            .is_some_and(|first| next.closing.is_some() && first.opening == next.closing)
    }

    /// Returns whether a statement is a further page of one, or, where nothing else tells, has another number.
    fn is_numbered_with(&self, next: &Statement) -> bool {
        if next.number.is_none()
            || self.parts.iter().all(|it| it.is_balanced() && next.is_balanced())
        {
            return false;
        }
        let mut same = self.parts.iter().filter(|it| it.number == next.number).peekable();
        match same.peek() {
            Some(_) => same.all(|it| {
                it.page.as_ref().zip(next.page.as_ref()).is_some_and(|(one, two)| one != two)
            }),
            None => {
                self.parts.iter().chain([&next]).all(|it| it.number.is_some() && !it.has_balance())
            }
        }
    }

    fn add(&mut self, next: &'s Statement) {
        if self.is_behind(next) && !self.is_before(next) {
            self.parts.insert(0, next);
        } else {
            self.parts.push(next);
        }
    }
}

impl Statement {
    const fn has_balance(&self) -> bool {
        self.opening.is_some() || self.closing.is_some()
    }

    const fn is_balanced(&self) -> bool {
        self.opening.is_some() && self.closing.is_some()
    }
}
