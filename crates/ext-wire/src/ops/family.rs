//! Families of operations.

use crate::Wire;

/// A family of operations, for the page that lists them all.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// The module's name, mostly the first segment of its methods' names.
    pub name: &'static str,
    /// Text about what the operations have in common, in Markdown.
    pub docs: &'static str,
    /// The methods.
    pub methods: &'static [&'static str],
}

/// Something that is done with each built-in operation.
pub trait Visitor {
    /// Visits one operation.
    fn visit<W: Wire>(&mut self);
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

        /// The family of the operations in this module.
        pub const FAMILY: $crate::ops::family::Family =
            $crate::ops::family::Family { name: $family, docs: $docs, methods: &[$($method,)*] };

        pub(super) fn visit(visitor: &mut impl $crate::ops::family::Visitor) {
            $(visitor.visit::<$name>();)*
        }
    };
}
pub(crate) use family;
