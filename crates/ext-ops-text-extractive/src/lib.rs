//! Schema-guided extraction from text, without a language model.
//!
//! [`ExtractiveModel`] answers a question whose JSON Schema says what is wanted. Recognisers
//! propose dates, amounts, currencies, organisations, identifiers, line items and the like; each
//! property is matched with them by its type, format, name and description; labels around a
//! candidate, its place, and whether the sums work out decide. The same question always gets the
//! same answer, in time linear in the text.
//!
//! ```
//! use ext_services::text_model::TextQuestion;
//! use ext_ops_text_extractive::ExtractiveModel;
//!
//! let schema = serde_json::json!({"type": "object", "properties": {
//!     "vendor": {"type": "string", "description": "the seller"},
//!     "date": {"type": "string", "format": "date"},
//!     "amount": {"type": "number", "description": "total to pay"},
//! }});
//! let answer = ExtractiveModel::new().ask(TextQuestion::new(
//!     "Acme Ltd\nInvoice date: 5 March 2024\nNet  10.00\nVAT 20%  2.00\nTotal  £12.00",
//!     "Read the receipt.",
//!     schema.as_object(),
//! ))?;
//! assert_eq!(answer.value, serde_json::json!({
//!     "vendor": "Acme Ltd", "date": "2024-03-05", "amount": 12,
//! }));
//! assert_eq!(answer.evidence["amount"].line, Some(5));
//! # Ok::<(), ext_services::text_model::TextModelError>(())
//! ```
//!
//! It does not write: no summaries, no translations, no answers that the text does not print. A
//! property that it has no recogniser for is `null`; a schema of nothing else needs a provider.
#![forbid(unsafe_code)]

mod amounts;
mod choices;
mod context;
mod currency;
mod dates;
mod facts;
mod fields;
mod fold;
mod items;
mod labels;
mod lexicon;
mod meaning;
mod model;
mod money;
mod organisations;
mod parties;
mod recognise;
mod rows;
mod schema;
mod thesaurus;
mod totals;

pub use model::ExtractiveModel;
