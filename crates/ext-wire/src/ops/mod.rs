//! The built-in operations: one module per family, one [`crate::Wire`] type per operation.

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

/// Declares operations: `/// doc  Name = "method", Input => Output;`
macro_rules! wire {
    ($($(#[$doc:meta])* $name:ident = $method:literal, $input:ty => $output:ty;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl $crate::Wire for $name {
                const METHOD: &'static str = $method;
                type Input = $input;
                type Output = $output;
            }
        )*

        /// The methods of this family.
        pub const METHODS: &[&str] = &[$($method,)*];
    };
}
pub(crate) use wire;

/// Declares a type that crosses: serde both ways, unknown fields refused, a schema for hosts.
macro_rules! wire_type {
    ($($(#[$attr:meta])* pub struct $name:ident { $($body:tt)* })*) => {
        $(
            $(#[$attr])*
            #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
            #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
            #[serde(deny_unknown_fields)]
            pub struct $name { $($body)* }
        )*
    };
}
pub(crate) use wire_type;

/// All methods of all families.
pub fn methods() -> impl Iterator<Item = &'static str> {
    [
        ai::METHODS,
        core::METHODS,
        credentials::METHODS,
        events::METHODS,
        extensions::METHODS,
        http::METHODS,
        jobs::METHODS,
        libraries::METHODS,
        mail::METHODS,
        search::METHODS,
        vdfs::METHODS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The input of an operation that takes none: `{}`, `null` or an empty payload.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NoInput {}

impl<'de> serde::Deserialize<'de> for NoInput {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Empty {}
        Option::<Empty>::deserialize(from).map(|_| Self {})
    }
}
