//! Declarations of operations, as both sides see them.

use serde::{Serialize, de::DeserializeOwned};

use crate::MethodKind;

/// Kind of an operation: it changes something or not, and needs a library or not. A host implements
/// each kind by the trait of the same name in `ext-registry`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationKind {
    /// Operation that reads something of the host.
    CoreQuery,
    /// Operation that changes something of the host.
    CoreAction,
    /// Operation that reads something of a library.
    LibraryQuery,
    /// Operation that changes something of a library.
    LibraryAction,
}

impl OperationKind {
    /// Returns whether a call names a library. One that does where it should not is refused, too.
    #[must_use]
    pub const fn needs_library(self) -> bool {
        matches!(self, Self::LibraryQuery | Self::LibraryAction)
    }

    /// Returns the kind of method of these operations.
    #[must_use]
    pub const fn method_kind(self) -> MethodKind {
        match self {
            Self::CoreQuery | Self::LibraryQuery => MethodKind::Query,
            Self::CoreAction | Self::LibraryAction => MethodKind::Action,
        }
    }

    /// Returns whether a method begins as one of this kind does; for checks while compiling.
    #[must_use]
    pub const fn fits(self, method: &str) -> bool {
        let method = method.as_bytes();
        match self.method_kind() {
            MethodKind::Query => matches!(method, [b'q', b'u', b'e', b'r', b'y', b':', ..]),
            MethodKind::Action => matches!(method, [b'a', b'c', b't', b'i', b'o', b'n', b':', ..]),
        }
    }
}

/// An operation as both sides see it: its method, its documentation, and the types that cross.
///
/// [`wire!`](crate::wire) declares one; [`crate::ops`] has one for each built-in operation.
pub trait Wire: 'static {
    /// The full method string, in the grammar of [`crate::Method`].
    const METHOD: &'static str;
    /// The kind, which agrees with the method's beginning.
    const KIND: OperationKind;
    /// A line for people: lists and the page of all operations show it.
    const SUMMARY: &'static str;
    /// More for people, in Markdown.
    const DESCRIPTION: &'static str = "";
    /// True when only the user may call it, never an extension, whatever its manifest says.
    const HOST_ONLY: bool = false;
    /// The type that the caller sends. It refuses unknown fields, so that a misspelt one is
    /// reported.
    type Input: Serialize + DeserializeOwned;
    /// The type that comes back. It ignores unknown fields, so that a later host can add some.
    type Output: Serialize + DeserializeOwned;
}

/// Declares operations: for each a type that implements [`Wire`](crate::Wire).
///
/// The first line of the documentation is the summary, one sentence; what follows is the
/// description. A method that does not begin as its kind does is an error while compiling.
///
/// ```
/// use ext_wire::{Wire, ops::NoInput};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Serialize, Deserialize)]
/// pub struct Count { receipts: u64 }
///
/// ext_wire::wire! {
///     /// Counts the receipts of a library.
///     ///
///     /// Those that were put aside are not counted.
///     pub LibraryQuery CountReceipts = "query:shop.count_receipts.v1", NoInput => Count;
///     /// Empties the shop.
///     pub CoreAction(host_only) Empty = "action:shop.empty.input.v1", NoInput => ();
/// }
///
/// assert_eq!(CountReceipts::SUMMARY, "Counts the receipts of a library");
/// assert!(CountReceipts::KIND.needs_library() && Empty::HOST_ONLY);
/// ```
///
/// ```compile_fail
/// ext_wire::wire! {
///     /// Claims to change something, and has the method of a query.
///     CoreAction Wrong = "query:shop.wrong.v1", () => ();
/// }
/// ```
#[macro_export]
macro_rules! wire {
    ($(
        #[doc = $summary:literal] $(#[doc = $more:literal])*
        $vis:vis $kind:ident $(($flag:ident))? $name:ident = $method:literal,
        $input:ty => $output:ty;
    )*) => {$(
        #[doc = $summary] $(#[doc = $more])*
        #[derive(Debug, Clone, Copy)]
        $vis struct $name;

        impl $crate::Wire for $name {
            const METHOD: &'static str = $method;
            const KIND: $crate::OperationKind = $crate::OperationKind::$kind;
            const SUMMARY: &'static str = $crate::summary($summary);
            const DESCRIPTION: &'static str = concat!($($more, "\n",)*);
            const HOST_ONLY: bool = $crate::wire!(@host_only $($flag)?);
            type Input = $input;
            type Output = $output;
        }

        const _: () = assert!(
            $crate::OperationKind::$kind.fits($method),
            "the method does not begin as its kind does"
        );
    )*};
    (@host_only) => { false };
    (@host_only host_only) => { true };
}

/// Returns the summary in the first line of a documentation; for [`wire!`](crate::wire).
///
/// # Panics
/// While compiling, when the line is not one sentence.
#[doc(hidden)]
#[must_use]
pub const fn summary(line: &'static str) -> &'static str {
    let [b' ', text @ .., b'.'] = line.as_bytes() else {
        panic!("the first line of an operation's documentation is one sentence")
    };
    match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(_) => panic!("a part of a character was cut off"),
    }
}
