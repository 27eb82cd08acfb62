//! The built-in operations: one module per family, one [`Wire`](crate::Wire) type per operation.
//!
//! Types are declared by the direction in which they cross, `wire_input!` or `wire_output!`: an input
//! refuses fields that it does not know, so that a misspelt one is reported; an output (also the
//! payload of an event or of a call of an extension) ignores them, so that a later host can add some
//! without breaking the extensions that were built before. A thing that goes both ways has a type
//! for each.

pub mod ai;
pub mod config;
pub mod copies;
pub mod core;
pub mod credentials;
mod direction;
pub mod events;
pub mod extensions;
mod family;
pub mod http;
pub mod invoice;
pub mod jobs;
pub mod libraries;
pub mod locations;
pub mod mail;
pub mod media;
mod no_input;
pub mod permissions;
pub mod schedules;
pub mod search;
pub mod secret_store;
pub mod settings;
pub mod vdfs;
pub mod work;
mod work_looks;

pub use family::{Family, Visitor};
pub use no_input::NoInput;

/// All families, in the order of the page that lists them.
pub const FAMILIES: [Family; 20] = [
    core::FAMILY,
    libraries::FAMILY,
    copies::FAMILY,
    locations::FAMILY,
    extensions::FAMILY,
    permissions::FAMILY,
    config::FAMILY,
    vdfs::FAMILY,
    work::FAMILY,
    jobs::FAMILY,
    schedules::FAMILY,
    settings::FAMILY,
    events::FAMILY,
    search::FAMILY,
    ai::FAMILY,
    http::FAMILY,
    mail::FAMILY,
    media::FAMILY,
    credentials::FAMILY,
    secret_store::FAMILY,
];

/// Lists all methods of all families.
pub fn methods() -> impl Iterator<Item = &'static str> + Clone {
    FAMILIES.into_iter().flat_map(|family| family.methods).copied()
}

/// Shows all built-in operations to a visitor.
pub fn visit_all(visitor: &mut impl Visitor) {
    core::visit(visitor);
    libraries::visit(visitor);
    copies::visit(visitor);
    locations::visit(visitor);
    extensions::visit(visitor);
    permissions::visit(visitor);
    config::visit(visitor);
    vdfs::visit(visitor);
    work::visit(visitor);
    jobs::visit(visitor);
    schedules::visit(visitor);
    settings::visit(visitor);
    events::visit(visitor);
    search::visit(visitor);
    ai::visit(visitor);
    http::visit(visitor);
    mail::visit(visitor);
    media::visit(visitor);
    credentials::visit(visitor);
    secret_store::visit(visitor);
}
