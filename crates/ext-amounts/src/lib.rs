//! Amounts of money and dates as documents of all languages print them.
//!
//! A printed number often has several readings: `1.234` is a thousand in German and one and a
//! quarter in English. [`Reading`] keeps them all as candidates, and what is known from elsewhere
//! (the locale, the currency, the other numbers of the document) orders or reduces them. None is
//! dropped for being unlikely.
//!
//! ```
//! use ext_amounts::{Spaces, scan};
//!
//! let found = scan("Total amount due: CHF 12 345.00", Spaces::Join);
//! assert_eq!(found[0].reading.best().value.to_string(), "12345.00");
//! let two = scan("1.234 EUR", Spaces::Join);
//! let values: Vec<_> = two[0].reading.candidates().map(|c| c.value.to_string()).collect();
//! assert_eq!(values, ["1234", "1.234"]);
//! ```
//!
//! The number formats are those of CLDR, in a table that `cldr/table.py` writes.
//!
//! # Not in this crate
//!
//! Which amount of a document is its total; conversion of currencies.
#![forbid(unsafe_code)]

mod amount;
mod cents;
mod currency;
#[cfg(feature = "dates")]
mod dates;
mod formats;
mod marks;
mod plain;
mod reading;
mod scan;
mod signs;
mod token;

pub use amount::{Amount, MAX_DIGITS};
pub use currency::Currency;
#[cfg(feature = "dates")]
pub use dates::{FoundDate, misread_month, scan_dates, starts_with_time};
pub use formats::Format;
pub use marks::{Mark, alone, ending, starting};
pub use reading::{Candidate, Hints, Reading};
pub use scan::{Found, Spaces, scan};
