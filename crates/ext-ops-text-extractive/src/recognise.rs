//! Answer for one property, by the recogniser that fits its type, format, name and description.

use ext_amounts::Amount;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::choices::{self, Chosen};
use crate::facts::Facts;
use crate::fields::{self, Field, LabelQuery};
use crate::items::Item;
use crate::lexicon::Concept;
use crate::meaning::Meaning;
use crate::money::Number;
use crate::organisations::{self, Organisation};
use crate::schema::{Kind, Property};
use crate::totals::Pick;

/// Outcome of a property.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    Found(Answered),
    /// There is a recogniser; the text does not say.
    Absent,
    /// No recogniser fills such a property.
    NoRecogniser,
}

/// A value and where it comes from.
#[derive(Debug, Clone)]
pub(crate) struct Answered {
    pub(crate) value: Value,
    /// 0 to 1.
    pub(crate) confidence: f32,
    pub(crate) row: Option<usize>,
    /// Other values that the print may mean.
    pub(crate) alternatives: Vec<Value>,
}

impl Answered {
    pub(crate) const fn nothing() -> Self {
        Self { value: Value::Null, confidence: 0.0, row: None, alternatives: Vec::new() }
    }
}

const MAX_LIST: usize = 100;
/// Most confidence in a value beside which the print may mean another.
const DOUBTFUL: f32 = 0.5;

/// Lowest confidence of a value: 0 says that there is none.
const LEAST: f32 = 0.01;

impl Outcome {
    fn found(value: impl Into<Value>, confidence: f32, row: Option<usize>) -> Self {
        let value = value.into();
        let confidence = confidence.clamp(LEAST, 1.0);
        Self::Found(Answered { value, confidence, row, alternatives: Vec::new() })
    }

    /// Notes another value that the print may mean: the answer is a guess then.
    fn or_else_perhaps(mut self, other: Option<Value>) -> Self {
        if let (Self::Found(answered), Some(other)) = (&mut self, other) {
            answered.confidence = answered.confidence.min(DOUBTFUL);
            answered.alternatives.push(other);
        }
        self
    }

    fn from_option(found: Option<Self>) -> Self {
        found.unwrap_or(Self::Absent)
    }

    fn field(found: Vec<Field>) -> Self {
        let best = found.into_iter().next();
        Self::from_option(best.map(|f| Self::found(f.text, f.score * 0.95, Some(f.row))))
    }

    fn chosen(value: impl Into<Value>, chosen: Chosen) -> Self {
        Self::found(value, chosen.confidence, chosen.row)
    }
}

/// Answers a property. `outer`: names of the objects that it is in.
pub(crate) fn answer(facts: &Facts<'_>, property: &Property, outer: &str) -> Outcome {
    let meaning = Meaning::of(property, outer);
    match &property.kind {
        Kind::Text { format, pattern } => {
            text(facts, &meaning, format.as_deref(), pattern.as_deref())
        }
        Kind::Number => number(facts, &meaning),
        Kind::Integer => integer(facts, &meaning),
        Kind::Boolean => match choices::decide(&facts.bag, &meaning.text) {
            Some((value, chosen)) => Outcome::chosen(value, chosen),
            None => Outcome::Absent,
        },
        Kind::Choice(choices) => {
            Outcome::from_option(choices::choose(&facts.bag, choices).and_then(|chosen| {
                Some(Outcome::chosen(choices.get(chosen.index)?.name.clone(), chosen))
            }))
        }
        Kind::Object(properties) => {
            object(facts, properties, &format!("{outer} {}", property.name))
        }
        Kind::List(kind) => list(facts, &meaning, kind),
        Kind::Unknown => unknown(facts, &meaning),
    }
}

/// Answers a property without a type by its name: a date, an amount, or a text.
fn unknown(facts: &Facts<'_>, meaning: &Meaning) -> Outcome {
    if meaning.date().is_none() && meaning.amount().is_some() {
        return number(facts, meaning);
    }
    text(facts, meaning, None, None)
}

fn text(
    facts: &Facts<'_>,
    meaning: &Meaning,
    format: Option<&str>,
    pattern: Option<&str>,
) -> Outcome {
    match format {
        Some("date" | "date-time") => return date(facts, meaning, format == Some("date-time")),
        Some("email") => return shaped(facts, meaning, Concept::Email),
        Some("uri" | "url" | "iri") => return shaped(facts, meaning, Concept::Web),
        _ => {}
    }
    if meaning.is_written() {
        return Outcome::NoRecogniser;
    }
    if let Some(source) = pattern {
        let wanted = meaning.wanted(None);
        return fields::pattern(source).map_or(Outcome::NoRecogniser, |pattern| {
            Outcome::field(fields::shaped(facts.document, &pattern, &wanted, false))
        });
    }
    let own = meaning.named(&FIELDS);
    if own.is_none() && meaning.named(&DATES).is_some() {
        return date(facts, meaning, false);
    }
    match own.or_else(|| meaning.first_of(&FIELDS)) {
        Some(concept) => field_of(facts, meaning, concept),
        None => Outcome::field(fields::labelled(
            facts.document,
            &meaning.wanted(None),
            fields::any_text,
        )),
    }
}

/// Concepts of texts, those that say most first: `vendor e-mail` is an e-mail address.
const FIELDS: [Concept; 12] = [
    Concept::Email,
    Concept::Web,
    Concept::Phone,
    Concept::Iban,
    Concept::Currency,
    Concept::TaxNumber,
    Concept::OrderNumber,
    Concept::CustomerNumber,
    Concept::Payment,
    Concept::Seller,
    Concept::Buyer,
    Concept::DocumentNumber,
];
/// Those that are values of a receipt, which a prompt may ask for alone: the others name the parties and
/// the document.
pub(crate) const VALUES: &[Concept] = {
    const ALL: &[Concept] = &FIELDS;
    ALL.split_at(9).0
};
const DATES: [Concept; 7] = [
    Concept::Date,
    Concept::DocumentDate,
    Concept::DueDate,
    Concept::DeliveryDate,
    Concept::OrderDate,
    Concept::PaymentDate,
    Concept::OtherDate,
];

fn field_of(facts: &Facts<'_>, meaning: &Meaning, concept: Concept) -> Outcome {
    match concept {
        Concept::Currency => Outcome::from_option(
            facts.currency.map(|found| Outcome::found(found.code, found.confidence, found.row)),
        ),
        Concept::Payment => Outcome::from_option(
            choices::payment(&facts.bag).map(|(name, chosen)| Outcome::chosen(name, chosen)),
        ),
        Concept::Seller => organisation(organisations::issuer(facts.document, &facts.hints)),
        Concept::Buyer => organisation(organisations::buyer(facts.document)),
        _ if fields::shape(concept).is_some() => shaped(facts, meaning, concept),
        _ => {
            let wanted = LabelQuery { concept: Some(concept), name: meaning.wanted(None).name };
            Outcome::field(fields::labelled(facts.document, &wanted, fields::identifier))
        }
    }
}

fn shaped(facts: &Facts<'_>, meaning: &Meaning, concept: Concept) -> Outcome {
    let Some(shape) = fields::shape(concept) else { return Outcome::NoRecogniser };
    let needs_label = concept == Concept::Phone;
    Outcome::field(fields::shaped(
        facts.document,
        shape,
        &meaning.wanted(Some(concept)),
        needs_label,
    ))
}

fn organisation(found: Option<Organisation>) -> Outcome {
    Outcome::from_option(found.map(|best| Outcome::found(best.name, best.confidence, best.row)))
}

fn date(facts: &Facts<'_>, meaning: &Meaning, with_time: bool) -> Outcome {
    let concept = meaning.date().unwrap_or(Concept::DocumentDate);
    let found = facts.date(concept, &meaning.wanted(Some(concept)));
    Outcome::from_option(found.map(|found| {
        let text = |date: Date| {
            if with_time { format!("{date}T00:00:00Z") } else { date.to_string() }
        };
        Outcome::found(text(found.date), found.confidence, Some(found.row))
            .or_else_perhaps(found.other.map(|other| text(other).into()))
    }))
}

fn number(facts: &Facts<'_>, meaning: &Meaning) -> Outcome {
    if meaning.names(&["rate", "percent", "percentage", "rates", "satz", "taux"]) {
        return Outcome::from_option(rate(facts));
    }
    let Some(concept) = meaning.amount() else { return labelled_number(facts, meaning) };
    let totals = facts.totals();
    let pick = match concept {
        Concept::Total => totals.total(),
        Concept::AmountDue => totals.amount_due(),
        Concept::Tax => totals.tax(),
        Concept::Net => totals.net(),
        other => totals.labelled(other),
    };
    Outcome::from_option(pick.and_then(|pick| picked(facts, pick)))
}

fn picked(facts: &Facts<'_>, pick: Pick) -> Option<Outcome> {
    let printed = facts.amounts.iter().map(|amount| amount.number);
    let here = |number: &Number| number.value == pick.value && Some(number.spot.row) == pick.row;
    let other = printed.filter(here).find_map(|number| number.other).and_then(json_number);
    let found = Outcome::found(json_number(pick.value)?, pick.confidence, pick.row);
    Some(found.or_else_perhaps(other))
}

fn labelled_number(facts: &Facts<'_>, meaning: &Meaning) -> Outcome {
    let found =
        fields::labelled(facts.document, &meaning.wanted(None), fields::number).into_iter().next();
    Outcome::from_option(found.and_then(|field| {
        Some(Outcome::found(
            json_number(field.text.parse().ok()?)?,
            field.score * 0.9,
            Some(field.row),
        ))
    }))
}

fn integer(facts: &Facts<'_>, meaning: &Meaning) -> Outcome {
    let found = match meaning.amount() {
        Some(Concept::Total) | None => labelled_number(facts, meaning),
        Some(_) => number(facts, meaning),
    };
    match found {
        Outcome::Found(answered) => {
            let whole = answered.value.as_f64().filter(|value| value.fract() == 0.0);
            let text = whole.map(|value| format!("{value:.0}"));
            let value = text.and_then(|text| text.parse::<i64>().ok());
            Outcome::from_option(
                value.map(|v| Outcome::found(v, answered.confidence, answered.row)),
            )
        }
        other => other,
    }
}

/// Finds the tax rate: a percentage beside a tax label; the highest of several.
fn rate(facts: &Facts<'_>) -> Option<Outcome> {
    let taxed = facts.amounts.iter().filter(|amount| amount.number.percent).filter(|amount| {
        let cell = facts.document.cell(amount.number.spot.row, amount.number.spot.cell);
        cell.is_some_and(|cell| crate::labels::says(&cell.text, Concept::Tax))
            || amount.contexts.iter().any(|context| context.says(Concept::Tax))
    });
    let best = taxed.max_by_key(|amount| amount.number.value)?;
    Some(Outcome::found(json_number(best.number.value)?, 0.7, Some(best.number.spot.row)))
}

fn object(facts: &Facts<'_>, properties: &[Property], outer: &str) -> Outcome {
    let outcomes = properties.iter().map(|property| (property, answer(facts, property, outer)));
    let mut value = Map::new();
    let (mut confidence, mut row, mut answerable) = (0.0f32, None, false);
    for (property, outcome) in outcomes {
        answerable |= !matches!(outcome, Outcome::NoRecogniser);
        let found = match outcome {
            Outcome::Found(found) => found,
            _ => Answered::nothing(),
        };
        if found.confidence > confidence {
            (confidence, row) = (found.confidence, found.row);
        }
        value.insert(property.name.clone(), found.value);
    }
    match (answerable, confidence > 0.0) {
        (false, _) => Outcome::NoRecogniser,
        (true, false) => Outcome::Absent,
        (true, true) => Outcome::found(value, confidence, row),
    }
}

fn list(facts: &Facts<'_>, meaning: &Meaning, kind: &Kind) -> Outcome {
    match kind {
        Kind::Object(properties) => items(facts, properties),
        Kind::Text { format: Some(format), .. } if format == "date" => {
            let dates = facts.all_dates().into_iter().map(|date| Value::from(date.to_string()));
            listed(dates, 0.8)
        }
        Kind::Text { .. } => {
            match meaning.first_of(&[Concept::Email, Concept::Web, Concept::Phone, Concept::Iban]) {
                Some(concept) => all_shaped(facts, meaning, concept),
                None => Outcome::NoRecogniser,
            }
        }
        Kind::Choice(choices) => {
            Outcome::from_option(choices::choose(&facts.bag, choices).and_then(|chosen| {
                Some(Outcome::chosen(vec![choices.get(chosen.index)?.name.clone()], chosen))
            }))
        }
        Kind::Number => {
            let money = facts.amounts.iter().filter(|amount| amount.number.is_money());
            listed(money.filter_map(|amount| json_number(amount.number.value)), 0.5)
        }
        _ => Outcome::NoRecogniser,
    }
}

fn all_shaped(facts: &Facts<'_>, meaning: &Meaning, concept: Concept) -> Outcome {
    let Some(shape) = fields::shape(concept) else { return Outcome::NoRecogniser };
    let mut found = fields::shaped(
        facts.document,
        shape,
        &meaning.wanted(Some(concept)),
        concept == Concept::Phone,
    );
    found.sort_by_key(|field| field.row);
    listed(found.into_iter().map(|field| Value::from(field.text)), 0.8)
}

/// Makes a list of different values, or nothing.
fn listed(values: impl Iterator<Item = Value>, confidence: f32) -> Outcome {
    let mut list: Vec<Value> = Vec::new();
    for value in values {
        if list.len() < MAX_LIST && !list.contains(&value) {
            list.push(value);
        }
    }
    if list.is_empty() { Outcome::Absent } else { Outcome::found(list, confidence, None) }
}

/// Column of an item that a property asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Column {
    Name,
    Price,
    UnitPrice,
    Quantity,
    None,
}

fn items(facts: &Facts<'_>, properties: &[Property]) -> Outcome {
    let columns: Vec<(&str, Column)> =
        properties.iter().map(|p| (p.name.as_str(), column(p))).collect();
    let has = |column| columns.iter().any(|(_, c)| *c == column);
    if !has(Column::Name) || !(has(Column::Price) || has(Column::UnitPrice)) {
        return Outcome::NoRecogniser;
    }
    let (found, confidence) = facts.items();
    let row = found.first().map(|item| item.row);
    let values: Vec<Value> = found
        .iter()
        .map(|item| {
            let cell =
                |(name, column): &(&str, Column)| ((*name).to_owned(), cell_of(item, *column));
            Value::Object(columns.iter().map(cell).collect())
        })
        .collect();
    if values.is_empty() { Outcome::Absent } else { Outcome::found(values, confidence, row) }
}

fn column(property: &Property) -> Column {
    let meaning = Meaning::of(property, "");
    match &property.kind {
        Kind::Text { .. } => Column::Name,
        Kind::Number | Kind::Integer
            if meaning.names(&["quantity", "qty", "count", "units", "menge", "pieces"]) =>
        {
            Column::Quantity
        }
        Kind::Number if meaning.names(&["unit", "each", "single"]) => Column::UnitPrice,
        Kind::Number | Kind::Unknown => Column::Price,
        _ => Column::None,
    }
}

fn cell_of(item: &Item, column: Column) -> Value {
    let number = |value: Option<Decimal>| value.and_then(json_number).unwrap_or(Value::Null);
    match column {
        Column::Name => Value::from(item.name.clone()),
        Column::Price => number(Some(item.price)),
        Column::UnitPrice => number(item.unit_price),
        Column::Quantity => number(item.quantity),
        Column::None => Value::Null,
    }
}

/// Converts a number to JSON: `21.20` is 21.2; `None` for more digits than JSON numbers keep.
fn json_number(value: Decimal) -> Option<Value> {
    serde_json::from_str(&Amount::new(value.normalize())?.to_string()).ok()
}
