//! Statements of bank accounts: read, kept, and matched to the receipts.

mod camt;
mod cell;
mod decision;
mod line;
mod matching;
mod mt940;
mod ofx;
mod paid;
mod quotes;
mod read;
mod reconcile;
mod runs;
mod store;
mod table;
pub(crate) mod view;

pub use decision::LineDecision;
pub(crate) use decision::decide;
pub use line::{Line, Original, Statement};
pub(crate) use paid::{Payment, payment, payment_days};
pub use read::{Format, ImportInput};
pub(crate) use reconcile::reconcile;
pub use reconcile::{Candidate, ReconcileInput, Reconciled, State};
pub use store::{ImportedStatement, KeptStatement};
pub(crate) use store::{import, kept, named};
pub use view::StatementsInput;
