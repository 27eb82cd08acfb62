//! Amounts and dates against what CLDR prints.

mod cldr;
mod dates;
mod notations;
