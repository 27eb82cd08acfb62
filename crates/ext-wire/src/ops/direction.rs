//! Types by the direction in which they cross.

/// Declares types that go to the host: unknown fields are refused. Each has a default, so that
/// `..Default::default()` stands for what a caller does not set.
macro_rules! wire_input {
    ($($(#[$attr:meta])* pub struct $name:ident { $($body:tt)* })*) => {
        $crate::ops::direction::wire_struct! {$(
            $(#[$attr])*
            #[derive(Default)]
            #[serde(deny_unknown_fields)]
            pub struct $name { $($body)* }
        )*}
    };
}
pub(crate) use wire_input;

/// Declares a type as [`wire_input!`] does whose default is not that of each field, or that has a
/// constructor in its place, because a caller has to state something.
macro_rules! wire_input_with_constructor {
    ($($(#[$attr:meta])* pub struct $name:ident { $($body:tt)* })*) => {
        $crate::ops::direction::wire_struct! {$(
            $(#[$attr])*
            #[serde(deny_unknown_fields)]
            pub struct $name { $($body)* }
        )*}
    };
}
pub(crate) use wire_input_with_constructor;

/// Declares types that come from the host: unknown fields are ignored.
macro_rules! wire_output {
    ($($(#[$attr:meta])* pub struct $name:ident { $($body:tt)* })*) => {
        $crate::ops::direction::wire_struct! {$($(#[$attr])* pub struct $name { $($body)* })*}
    };
}
pub(crate) use wire_output;

/// Declares types as both directions need them: with serde both ways, and a schema for hosts.
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
