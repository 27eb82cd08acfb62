//! Schema-guided extraction from text, without a language model.
//!
//! [`ExtractiveModel`] answers a question whose JSON Schema says what is asked for. Recognisers
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
//! # Parts
//!
//! A document goes through the modules in this order:
//!
//! | Modules | Task |
//! |---|---|
//! | `schema`, `meaning` | reads the JSON Schema into properties, and their names and descriptions into concepts |
//! | `prompt` | says what a question without a schema asks for |
//! | `fold`, `rows` | folds words so that they compare; splits the text into rows of cells |
//! | `lexicon`, `thesaurus` | data: phrases that label values, and words that go together |
//! | `labels`, `context` | finds the phrases of the lexicon; collects the labels around a value |
//! | `dates`, `money`, `currency` | recognises dates, numbers and currencies |
//! | `converted` | tells apart amounts that repeat another one in another currency, and numbers with units |
//! | `payable` | leaves out what nobody has to pay: suggested tips, sums in another currency |
//! | `amounts`, `totals`, `items` | gives each number its role; finds the sums that work out; finds line items |
//! | `parties`, `organisations` | finds the cells of seller and buyer, and the names in them |
//! | `fields`, `choices` | finds texts with a shape or a label; decides enums and booleans |
//! | `hints` | reads what the question says about the email around the document |
//! | `ranking` | chooses the seller, the date and the total among the candidates |
//! | `facts` | runs the recognisers once for all properties |
//! | `recognise` | answers one property from the facts |
//! | `model` | implements the service trait |
//!
//! # Not in this crate
//!
//! Writing: no summaries, no translations, no answers that the text does not print. A property that
//! it has no recogniser for is `null`; a schema of nothing else needs a provider.
#![forbid(unsafe_code)]

mod amounts;
mod choices;
mod context;
mod converted;
mod currency;
mod dates;
mod facts;
mod fields;
mod fold;
mod hints;
mod items;
mod labels;
mod lexicon;
mod meaning;
mod model;
mod money;
mod organisations;
mod parties;
mod payable;
mod prompt;
mod ranking;
mod recognise;
mod rows;
mod schema;
mod thesaurus;
mod totals;
pub mod training;

pub use model::ExtractiveModel;
