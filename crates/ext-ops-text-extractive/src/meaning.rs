//! Meaning of a property, from its name and description.

use crate::amounts;
use crate::fields::LabelQuery;
use crate::fold::{identifier_words, words};
use crate::labels::{Label, labels};
use crate::lexicon::Concept;
use crate::schema::Property;

/// Words of a name that do not tell it from others.
const FILLERS: [&str; 12] =
    ["the", "of", "a", "an", "is", "value", "field", "text", "string", "for", "in", "on"];
/// Words for what only a language model can write.
const WRITTEN: [&str; 14] = [
    "summary",
    "summarize",
    "summarise",
    "translation",
    "translate",
    "reply",
    "response",
    "explanation",
    "explain",
    "opinion",
    "reason",
    "rewrite",
    "advice",
    "recommendation",
];

/// A property's name and description as labels.
#[derive(Debug)]
pub(crate) struct Meaning {
    name: Vec<Label>,
    description: Vec<Label>,
    words: Vec<String>,
    /// Name and description, for choices and booleans.
    pub(crate) text: String,
}

impl Meaning {
    /// Reads the meaning of a property; `outer` are the names of the objects that it is in.
    pub(crate) fn of(property: &Property, outer: &str) -> Self {
        let name = format!("{outer} {}", identifier_words(&property.name));
        let mut said: Vec<String> = words(&name);
        said.retain(|word| !FILLERS.contains(&word.as_str()));
        Self {
            name: labels(&name),
            description: labels(&property.description),
            words: said,
            text: format!("{} {}", identifier_words(&property.name), property.description),
        }
    }

    /// Returns the first of `wanted` that the name says, else that the description says.
    pub(crate) fn first_of(&self, wanted: &[Concept]) -> Option<Concept> {
        let in_labels = |labels: &[Label]| {
            wanted
                .iter()
                .copied()
                .find(|concept| labels.iter().any(|label| label.concept == *concept))
        };
        in_labels(&self.name).or_else(|| in_labels(&self.description))
    }

    /// Returns the first of `wanted` that the name alone says.
    pub(crate) fn named(&self, wanted: &[Concept]) -> Option<Concept> {
        wanted
            .iter()
            .copied()
            .find(|concept| self.name.iter().any(|label| label.concept == *concept))
    }

    /// Returns the amount that is meant. A bare `amount` is the total.
    pub(crate) fn amount(&self) -> Option<Concept> {
        let plain = |concept: &Concept| !matches!(concept, Concept::Amount | Concept::UnitPrice);
        let name = amounts::role(&self.name).map(|(concept, _)| concept);
        let description = amounts::role(&self.description).map(|(concept, _)| concept);
        let total = || name.or(description).map(|_| Concept::Total);
        name.filter(plain).or(description.filter(plain)).or_else(total)
    }

    /// Returns the date that is meant; a date that is not named otherwise is the document's.
    pub(crate) fn date(&self) -> Option<Concept> {
        use Concept as C;
        let kinds = [
            C::DueDate,
            C::DeliveryDate,
            C::OrderDate,
            C::PaymentDate,
            C::OtherDate,
            C::PeriodDate,
            C::DocumentDate,
            C::Date,
        ];
        let dated = |labels: &[Label]| {
            labels.iter().any(|l| matches!(l.concept, C::Date | C::DocumentDate))
        };
        let longest = |labels: &[Label]| {
            let of = labels
                .iter()
                .filter(|l| kinds.contains(&l.concept) && (l.length > 1 || !is_linking(l)));
            of.max_by_key(|label| label.length).map(|label| label.concept)
        };
        let known = longest(&self.name).or_else(|| longest(&self.description));
        known.or_else(|| (dated(&self.name) || dated(&self.description)).then_some(C::DocumentDate))
    }

    /// Returns whether the words of the name are among the wanted ones.
    pub(crate) fn names(&self, any: &[&str]) -> bool {
        self.words.iter().any(|word| any.contains(&word.as_str()))
    }

    /// Returns whether only a language model can write what is asked for.
    pub(crate) fn is_written(&self) -> bool {
        self.names(&WRITTEN)
    }

    /// Makes the query for the recognisers that go by label.
    pub(crate) fn wanted(&self, concept: Option<Concept>) -> LabelQuery {
        LabelQuery { concept, name: self.words.clone() }
    }
}

/// Returns whether a label is a linking word of a description (`from`, `to`, `on`), which names no
/// date.
fn is_linking(label: &Label) -> bool {
    matches!(label.concept, Concept::PeriodDate) || label.weight < 0.7
}
