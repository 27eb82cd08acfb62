//! The built-in operations: one module per family, one [`Wire`] type per operation.
//!
//! What crosses is declared by the direction in which it goes, `wire_input!` or `wire_output!`: an
//! input refuses fields that it does not know, so that a misspelt one is told; an output (also what
//! an event or a call of an extension brings) ignores them, so that a later host can add some
//! without breaking the extensions that were built before. A thing that goes both ways has a type
//! for each.

pub mod ai;
pub mod core;
pub mod credentials;
pub mod events;
pub mod extensions;
pub mod http;
pub mod invoice;
pub mod jobs;
pub mod libraries;
pub mod mail;
pub mod search;
pub mod vdfs;

use crate::Wire;

/// A family of operations, for the page that lists them all.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// The module's name, mostly the first segment of its methods' names.
    pub name: &'static str,
    /// What the operations have in common, in Markdown.
    pub docs: &'static str,
    /// The methods.
    pub methods: &'static [&'static str],
}

/// All families, in the order of the page that lists them.
pub const FAMILIES: [Family; 11] = [
    core::FAMILY,
    libraries::FAMILY,
    extensions::FAMILY,
    vdfs::FAMILY,
    jobs::FAMILY,
    events::FAMILY,
    search::FAMILY,
    ai::FAMILY,
    http::FAMILY,
    mail::FAMILY,
    credentials::FAMILY,
];

/// All methods of all families.
pub fn methods() -> impl Iterator<Item = &'static str> {
    FAMILIES.into_iter().flat_map(|family| family.methods).copied()
}

/// Something that is done with each built-in operation.
pub trait Visitor {
    /// Takes the next one.
    fn visit<W: Wire>(&mut self);
}

/// Shows all built-in operations to a visitor.
pub fn visit_all(visitor: &mut impl Visitor) {
    core::visit(visitor);
    libraries::visit(visitor);
    extensions::visit(visitor);
    vdfs::visit(visitor);
    jobs::visit(visitor);
    events::visit(visitor);
    search::visit(visitor);
    ai::visit(visitor);
    http::visit(visitor);
    mail::visit(visitor);
    credentials::visit(visitor);
}

/// Declares the operations of a family, as [`crate::wire`] does, and the family.
macro_rules! family {
    ($family:literal, $docs:expr; $(
        $(#[doc = $doc:literal])*
        $kind:ident $(($flag:ident))? $name:ident = $method:literal, $input:ty => $output:ty;
    )*) => {
        $crate::wire! {$(
            $(#[doc = $doc])*
            pub $kind $(($flag))? $name = $method, $input => $output;
        )*}

        /// What the operations here have in common.
        pub const FAMILY: $crate::ops::Family =
            $crate::ops::Family { name: $family, docs: $docs, methods: &[$($method,)*] };

        pub(super) fn visit(visitor: &mut impl $crate::ops::Visitor) {
            $(visitor.visit::<$name>();)*
        }
    };
}
pub(crate) use family;

/// Declares types that go to the host: unknown fields are refused.
macro_rules! wire_input {
    ($($(#[$attr:meta])* pub struct $name:ident { $($body:tt)* })*) => {
        $crate::ops::wire_struct! {$(
            $(#[$attr])*
            #[serde(deny_unknown_fields)]
            pub struct $name { $($body)* }
        )*}
    };
}
pub(crate) use wire_input;

/// Declares types that come from the host: unknown fields are ignored.
macro_rules! wire_output {
    ($($(#[$attr:meta])* pub struct $name:ident { $($body:tt)* })*) => {
        $crate::ops::wire_struct! {$($(#[$attr])* pub struct $name { $($body)* })*}
    };
}
pub(crate) use wire_output;

/// What both directions have in common: serde both ways, and a schema for hosts.
macro_rules! wire_struct {
    ($($(#[$attr:meta])* pub struct $name:ident { $($body:tt)* })*) => {
        $(
            #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
            #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
            $(#[$attr])*
            pub struct $name { $($body)* }
        )*
    };
}
pub(crate) use wire_struct;

/// The input of an operation that takes none: `{}`, `null` or an empty payload.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct NoInput {}

impl<'de> serde::Deserialize<'de> for NoInput {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Empty {}
        Option::<Empty>::deserialize(from).map(|_| Self {})
    }
}
