//! A receipt's fields: what the text engine is asked for, and what of its answer is believed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use ext_amounts::Amount;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use spacedrive_sdk::ops::ai::{ClassifyTextInput, ClassifyTextOutput, Evidence, MAX_TEXT_BYTES};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::text::is_hidden;

use crate::currency;
use crate::forward;
use crate::mail::{Email, Party};
use crate::money;
use crate::text::clip;

/// Longest name of a vendor or an item, in bytes.
const MAX_LABEL_BYTES: usize = 200;
/// Items that are kept.
pub(crate) const MAX_ITEMS: usize = 200;
/// Bytes of a long text's end that are read: totals stand on last pages.
const TAIL_BYTES: usize = 128 << 10;

const PROMPT: &str =
    "This is the text of a receipt or an invoice. Who was paid, when, how much, and for what?";

/// Categories of spending: name, and what belongs there.
pub(crate) const CATEGORIES: [(&str, &str); 13] = [
    ("groceries", "food and drink from a supermarket, market, bakery or convenience store"),
    ("restaurant", "restaurant, cafe, bar, takeaway, meals"),
    ("travel", "flight, train, bus, taxi, hotel, parking, car rental"),
    ("fuel", "petrol, diesel, charging of a vehicle"),
    ("software", "software, subscription, cloud, hosting, domain, online service"),
    ("utilities", "electricity, gas, water, internet, phone"),
    ("housing", "rent, service charges of a home, property"),
    ("insurance", "insurance premium, policy"),
    ("health", "pharmacy, doctor, medicine, optician"),
    ("office", "stationery, printing, office supplies, computer equipment"),
    ("household", "hardware store, tools, furniture, electronics, clothing"),
    ("services", "consulting, repair, craftsmen, education, professional services"),
    ("other", "anything else"),
];

/// The kind of a document by which money comes back.
pub(crate) const CREDIT_NOTE: &str = "credit_note";
/// The kind of a document that confirms a payment.
pub(crate) const RECEIPT: &str = "receipt";

pub(crate) const DOCUMENT_TYPES: [(&str, &str); 9] = [
    ("invoice", "asks for payment: invoice, bill"),
    (RECEIPT, "confirms a payment: receipt, till slip"),
    (CREDIT_NOTE, "corrects or cancels an invoice: credit note"),
    ("order_confirmation", "confirms an order"),
    ("delivery_notice", "tells about a shipment or delivery"),
    ("statement", "bank or account statement"),
    ("quotation", "offer, quotation, estimate"),
    ("newsletter", "advertising, newsletter, promotion"),
    ("other", "anything else"),
];

/// Words of the ways of payment for which nobody has to do anything by a day.
const TAKEN: [&str; 3] = ["cash", "card", "debit"];

/// Fields of a receipt; `null` for what is not known.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Receipt {
    /// Seller or issuer that was or is to be paid.
    pub(crate) vendor: Option<String>,
    /// ISO 8601.
    pub(crate) date: Option<String>,
    /// Total to pay, tax included.
    pub(crate) amount: Option<Amount>,
    /// ISO 4217.
    pub(crate) currency: Option<String>,
    /// Tax in the amount.
    pub(crate) tax: Option<Amount>,
    pub(crate) category: Option<String>,
    pub(crate) items: Vec<Item>,
    pub(crate) payment_method: Option<String>,
    pub(crate) document_type: Option<String>,
    /// Day by which it is to be paid, ISO 8601; only electronic invoices state it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) due: Option<String>,
    /// Part of the amount that was left to pay, where that was not all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) payable: Option<Amount>,
}

/// A line of a receipt.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Item {
    pub(crate) name: String,
    /// Of the whole line.
    pub(crate) price: Option<Amount>,
}

/// The fields of a text, and where they come from.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Answer {
    pub(crate) receipt: Receipt,
    pub(crate) evidence: BTreeMap<String, Evidence>,
    pub(crate) engine: Option<String>,
}

/// Confidence in a value where another source in the same document states another one.
pub(crate) const DISPUTED: f32 = 0.4;

impl Answer {
    /// Doubts a field.
    #[must_use]
    pub(crate) fn doubting(mut self, field: &str) -> Self {
        if let Some(found) = self.evidence.get_mut(field) {
            found.confidence = found.confidence.min(DISPUTED);
        }
        self
    }

    /// Doubts the total, which another source in the same document states otherwise.
    #[must_use]
    pub(crate) fn disputed_by(mut self, other: Amount) -> Self {
        let found = self.evidence.entry("amount".to_owned());
        let found = found.or_insert_with(|| evidence(DISPUTED, String::new()));
        found.confidence = found.confidence.min(DISPUTED);
        found.alternatives.push(json!(other));
        self
    }
}

/// Asks the text engine about a text, and the email that it came with.
///
/// # Errors
/// Those of `ai.classify_text`.
pub(crate) fn ask(client: &SpacedriveClient, text: &str, email: Option<&Email>) -> Result<Answer> {
    let prompt = email.map_or_else(|| PROMPT.to_owned(), |email| prompt(email, text));
    let forwarded = email.is_some_and(|email| email.forwarded);
    let text = if forwarded { forward::without_cover(text) } else { Cow::Borrowed(text) };
    let schema = Some(schema());
    let input = ClassifyTextInput { schema, ..ClassifyTextInput::new(shortened(&text), prompt) };
    Ok(believed(client.ai().classify_text_with(input)?))
}

/// Returns the question; author and subject of the email are evidence for the seller.
fn prompt(email: &Email, text: &str) -> String {
    let line = |text: &str| clip(text, MAX_LABEL_BYTES).replace(char::is_control, " ");
    let from = author(email, text).map_or_else(String::new, |author| {
        let said = |part: &Option<String>| line(part.as_deref().unwrap_or_default());
        format!("\nFrom: \"{}\" <{}>", said(&author.name), said(&author.address))
    });
    format!("{PROMPT}{from}\nSubject: {}", line(email.subject()))
}

/// Returns who wrote an email; where it is forwarded, its text may say that.
pub(crate) fn author<'a>(email: &'a Email, text: &str) -> Option<Cow<'a, Party>> {
    let forwarded = || forward::first_sender(text).filter(|_| email.forwarded).map(Cow::Owned);
    email.author().map(Cow::Borrowed).or_else(forwarded)
}

/// Reads a date as people write it in an email that was sent on a day. Of two days that it may be, it is
/// the one nearer to that; `None` for a text that is not one, or two days where the email has none.
///
/// # Errors
/// Those of `ai.classify_text`.
pub(crate) fn day_of_email(
    client: &SpacedriveClient,
    text: &str,
    sent: Option<&str>,
) -> Result<Option<String>> {
    let days = days(client, text)?;
    let Some(sent) = sent.and_then(|sent| sent.parse::<Date>().ok()) else { return Ok(only(days)) };
    let distance =
        |day: &String| day.parse::<Date>().ok().map(|day| sent.duration_until(day).abs());
    Ok(days.into_iter().min_by_key(|day| distance(day).unwrap_or(jiff::SignedDuration::MAX)))
}

/// Reads a date as people write it, where it can be read in one way only.
///
/// # Errors
/// Those of `ai.classify_text`.
pub(crate) fn certain_day(client: &SpacedriveClient, text: &str) -> Result<Option<String>> {
    days(client, text).map(only)
}

fn only(days: Vec<String>) -> Option<String> {
    <[String; 1]>::try_from(days).ok().map(|[day]| day)
}

/// Returns the days that a text may be, the likeliest first.
fn days(client: &SpacedriveClient, text: &str) -> Result<Vec<String>> {
    if let Some(day) = date(text) {
        return Ok(vec![day]);
    }
    let Answer { receipt, evidence, .. } = ask(client, &format!("Date: {text}"), None)?;
    let others = evidence.get("date").into_iter().flat_map(|found| &found.alternatives);
    let others = others.filter_map(|other| other.as_str().and_then(date));
    Ok(receipt.date.into_iter().chain(others).collect())
}

/// Returns start and end of a text that is too long for the engine.
fn shortened(text: &str) -> String {
    if text.len() <= MAX_TEXT_BYTES {
        return text.to_owned();
    }
    let head = clip(text, MAX_TEXT_BYTES - TAIL_BYTES - 1);
    let tail = text.get(text.ceil_char_boundary(text.len() - TAIL_BYTES)..).unwrap_or_default();
    format!("{head}\n{tail}")
}

/// Returns the JSON Schema of the answer.
pub(crate) fn schema() -> Map<String, Value> {
    let text = |description| json!({"type": ["string", "null"], "description": description});
    let number = |description| json!({"type": ["number", "null"], "description": description});
    let schema = json!({
        "type": "object",
        "properties": {
            "vendor": text("Name of the seller or issuer, the company or shop that is paid; never the buyer"),
            "date": {"type": ["string", "null"], "format": "date", "description": "Date of the invoice or of the purchase; not the due date, not the delivery date"},
            "amount": number("Total amount to pay, tax included"),
            "currency": text("Currency of the total, ISO 4217 code such as EUR"),
            "tax": number("Total tax amount (VAT, GST, sales tax) within the total"),
            "category": choice("What the money was spent on", &CATEGORIES),
            "items": {
                "type": ["array", "null"],
                "description": "Purchased items, one for each line",
                "items": {"type": "object", "properties": {
                    "name": text("Description of the item"),
                    "price": number("Line total of the item"),
                }},
            },
            "payment_method": text("How it was or is to be paid: payment method"),
            "document_type": choice("What kind of document this is", &DOCUMENT_TYPES),
        },
    });
    schema.as_object().cloned().unwrap_or_default()
}

fn choice(description: &str, choices: &[(&str, &str)]) -> Value {
    let mut variants: Vec<Value> =
        choices.iter().map(|(name, said)| json!({"const": name, "description": said})).collect();
    variants.push(json!({"type": "null"}));
    json!({"description": description, "oneOf": variants})
}

/// Keeps what of an engine's answer makes sense: engines may be language models.
fn believed(output: ClassifyTextOutput) -> Answer {
    let at = |key: &str| output.answer.get(key);
    let text = |key: &str| at(key).and_then(Value::as_str).and_then(label);
    let number = |key: &str| at(key).and_then(money::of_json);
    let one_of = |key: &str, choices: &[(&str, &str)]| {
        text(key).filter(|word| choices.iter().any(|(name, _)| name == word))
    };
    let items = at("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let receipt = Receipt {
        vendor: text("vendor"),
        date: text("date").and_then(|word| date(&word)),
        amount: number("amount"),
        currency: text("currency").and_then(|word| currency::code(&word)),
        tax: number("tax"),
        category: one_of("category", &CATEGORIES),
        items: items.iter().filter_map(item).take(MAX_ITEMS).collect(),
        payment_method: text("payment_method"),
        document_type: one_of("document_type", &DOCUMENT_TYPES),
        due: None,
        payable: None,
    };
    Answer { receipt, evidence: output.evidence, engine: Some(output.engine) }
}

fn item(value: &Value) -> Option<Item> {
    let name = label(value.get("name")?.as_str()?)?;
    Some(Item { name, price: value.get("price").and_then(money::of_json) })
}

impl Receipt {
    /// Returns whether both may be about one purchase: one amount, and nothing that differs.
    pub(crate) fn may_be(&self, other: &Self) -> bool {
        let agree = |one: &Option<String>, two: &Option<String>| {
            one.is_none() || two.is_none() || one == two
        };
        self.amount == other.amount
            && agree(&self.vendor, &other.vendor)
            && agree(&self.date, &other.date)
            && agree(&self.currency, &other.currency)
    }

    /// Fills what is not known from another reading of the same purchase.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            vendor: self.vendor.or(other.vendor),
            date: self.date.or(other.date),
            amount: self.amount.or(other.amount),
            currency: self.currency.or(other.currency),
            tax: self.tax.or(other.tax),
            category: self.category.or(other.category),
            items: if self.items.is_empty() { other.items } else { self.items },
            payment_method: self.payment_method.or(other.payment_method),
            document_type: self.document_type.or(other.document_type),
            due: self.due.or(other.due),
            payable: self.payable.or(other.payable),
        }
    }

    /// Returns the receipt with all amounts in the digits of its currency.
    pub(crate) fn in_digits(mut self) -> Self {
        let code = self.currency.clone();
        let digits = |amount| money::with_digits(amount, code.as_deref());
        self.amount = self.amount.map(digits);
        self.tax = self.tax.map(digits);
        self.payable = self.payable.map(digits);
        for item in &mut self.items {
            item.price = item.price.map(digits);
        }
        self
    }

    /// Returns a title that is fit to be an entry's name: `Vendor 2026-01-05 12.50 EUR`, as far as
    /// known.
    pub(crate) fn title(&self) -> String {
        let digits = |amount| money::with_digits(amount, self.currency.as_deref()).to_string();
        let amount = self.amount.map(digits);
        let parts = [self.vendor.clone(), self.date.clone(), amount, self.currency.clone()];
        let known: Vec<String> = parts.into_iter().flatten().collect();
        let title = if known.is_empty() { "Receipt".to_owned() } else { known.join(" ") };
        // A correction or a text engine may have put in what a library refuses in names.
        title.replace('/', "-").replace(is_hidden, "")
    }
}

/// Returns whether a kind of document takes an invoice back.
pub(crate) fn is_credit_note(kind: Option<&str>) -> bool {
    kind == Some(CREDIT_NOTE)
}

/// Returns whether nobody has to do anything for a way of payment: the money is taken, or was given.
pub(crate) fn is_taken(payment_method: &str) -> bool {
    let method = payment_method.to_lowercase();
    TAKEN.iter().any(|word| method.contains(word))
}

/// Makes one line without control characters, marks that do not show (such as those of a direction) and
/// repeated spaces, at most [`MAX_LABEL_BYTES`] long; `None` for an empty one.
pub(crate) fn label(text: &str) -> Option<String> {
    let is_space = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let spaced = text.chars().map(|c| if is_space(c) { ' ' } else { c });
    let plain: String = spaced.filter(|c| !is_hidden(*c)).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let short = clip(&plain, MAX_LABEL_BYTES).trim_end();
    (!short.is_empty()).then(|| short.to_owned())
}

/// Returns ISO 8601 of a date or of a date with a time; `None` for what is not a day between 1970
/// and 2100.
pub(crate) fn date(text: &str) -> Option<String> {
    let day: Date = clip(text.trim(), 10).parse().ok()?;
    (1970..=2100).contains(&day.year()).then(|| day.to_string())
}

/// Returns whether a day is more than a year after another, both as ISO 8601.
pub(crate) fn is_years_after(day: &str, other: &str) -> bool {
    let read = |text: &str| text.parse::<Date>().ok();
    let (Some(day), Some(other)) = (read(day), read(other)) else { return false };
    other.checked_add(jiff::Span::new().years(1)).is_ok_and(|limit| day > limit)
}

/// Makes the evidence of a value that stands in no line of the text.
pub(crate) const fn evidence(confidence: f32, quote: String) -> Evidence {
    Evidence { confidence, line: None, quote, alternatives: Vec::new() }
}

/// Lists the fields of which the evidence knows other values: a person should look at them.
pub(crate) fn doubtful(evidence: &Value) -> Vec<String> {
    let others = |found: &Value| {
        found.get("alternatives").and_then(Value::as_array).is_some_and(|others| !others.is_empty())
    };
    let fields = evidence.as_object().into_iter().flatten();
    fields.filter(|(_, found)| others(found)).map(|(field, _)| field.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(value: Value) -> Receipt {
        believed(ClassifyTextOutput {
            answer: value,
            evidence: BTreeMap::new(),
            engine: "test".into(),
        })
        .receipt
    }

    #[test]
    fn nonsense_is_not_believed() {
        let receipt = answer(
            json!({"vendor": "\n A \t B ", "date": "2026-13-45", "amount": 1e300, "currency": "eur",
            "category": "bribes", "items": [{"name": "x", "price": "y"}, 5, {"price": 1}], "document_type": 7}),
        );
        assert_eq!(receipt.vendor.as_deref(), Some("A B"));
        assert_eq!((receipt.date, receipt.amount, receipt.category), (None, None, None));
        assert_eq!(receipt.currency.as_deref(), Some("EUR"));
        assert_eq!(receipt.items, [Item { name: "x".into(), price: None }]);
        assert_eq!(answer(json!("text")), Receipt::default());
    }

    #[test]
    fn a_receipt_is_not_dated_years_ahead() {
        assert!(is_years_after("2027-01-06", "2026-01-05"));
        assert!(!is_years_after("2027-01-05", "2026-01-05"));
        assert!(!is_years_after("2025-01-05", "2026-01-05"));
    }

    #[test]
    fn dates_are_days() {
        assert_eq!(date("2026-01-05T10:00:00+01:00").as_deref(), Some("2026-01-05"));
        assert_eq!(date("0026-01-05"), None);
        assert_eq!(date("05.01.2026"), None);
    }

    #[test]
    fn amounts_have_the_digits_of_the_currency() {
        let receipt = answer(json!({"amount": 12100, "tax": 1100.5, "currency": "JPY",
            "items": [{"name": "x", "price": 12}]}));
        let text = serde_json::to_string(&receipt.clone().in_digits()).unwrap();
        assert!(text.contains(r#""amount":12100,"#) && text.contains(r#""tax":1100.5,"#), "{text}");
        let dinar = Receipt { currency: Some("KWD".into()), ..receipt };
        let text = serde_json::to_string(&dinar.in_digits()).unwrap();
        assert!(text.contains(r#""amount":12100.000,"#), "{text}");
        assert!(text.contains(r#""price":12.000"#), "{text}");
    }

    #[test]
    fn fields_with_other_values_are_doubtful() {
        let evidence = json!({"date": {"confidence": 1}, "amount": {"alternatives": [1.234]},
            "tax": {"alternatives": []}});
        assert_eq!(doubtful(&evidence), ["amount"]);
    }

    #[test]
    fn titles_are_names() {
        let receipt = Receipt {
            vendor: Some("A/B".into()),
            amount: Amount::parse("12.5"),
            currency: Some("EUR".into()),
            ..Receipt::default()
        };
        assert_eq!(receipt.title(), "A-B 12.50 EUR");
        assert_eq!(Receipt::default().title(), "Receipt");
    }

    #[test]
    fn marks_that_do_not_show_are_in_no_name() {
        for odd in ["Gamma Ltd\u{200e}", "\u{2066}Gamma Ltd\u{2069}", "\u{202e}Gamma\u{200b} Ltd"] {
            assert_eq!(label(odd).as_deref(), Some("Gamma Ltd"), "{odd:?}");
            let receipt = Receipt { vendor: Some(odd.to_owned()), ..Receipt::default() };
            assert_eq!(receipt.title(), "Gamma Ltd", "{odd:?}");
        }
        assert_eq!(label("\u{200f}\u{202c}"), None);
        assert_eq!(label("Gamma\u{2028}Ltd").as_deref(), Some("Gamma Ltd"));
        // These change how letters of some scripts are joined, and pictures.
        let joined = "\u{646}\u{645}\u{200c}\u{647}\u{627}";
        assert_eq!(label(joined).as_deref(), Some(joined));
    }

    #[test]
    fn long_texts_keep_start_and_end() {
        let long = format!("start{}end", "ü".repeat(MAX_TEXT_BYTES));
        let short = shortened(&long);
        assert!(
            short.len() <= MAX_TEXT_BYTES && short.starts_with("start") && short.ends_with("end")
        );
    }
}
