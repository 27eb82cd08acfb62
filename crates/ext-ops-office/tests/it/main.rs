//! The reader of office documents from the outside.

mod office;
mod prop_office;
