//! The four operation traits, and the registration of operations.

use std::{
    future::Future,
    pin::{Pin, pin},
    task::{self, Waker},
};

use bytes::Bytes;
use ext_perm::Audience;
use ext_wire::{
    ErrorCode, OperationKind, Wire,
    body::{self, BlobStyle},
};
use schemars::{JsonSchema, Schema};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Context, OpError};

/// Future of the reply of an operation: its encoded output.
pub type OperationFuture<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, OpError>> + Send + 'a>>;

/// Function that runs an operation on this thread and writes its encoded output in place of what
/// the vector holds.
pub type RunBlocking =
    for<'a> fn(Context<'a>, Bytes, BlobStyle, &mut Vec<u8>, &mut Wait<'_>) -> Result<(), OpError>;

/// Function by which a thread waits for an operation that is not ready at once: it polls it to its
/// end, or gives up and returns before it is.
pub type Wait<'w> = dyn FnMut(Pin<&mut (dyn Future<Output = ()> + Send)>) + 'w;

/// Declares the four traits, which differ in name and meaning only.
macro_rules! operation_traits {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// `W` is the declaration of the operation, with its method and types. It is the
        /// implementing type itself, but for operations that another crate declared.
        pub trait $name<W: Wire = Self>: 'static {
            /// Runs the operation.
            ///
            /// # Errors
            /// The error that the caller is told instead of an output.
            fn execute(
                input: W::Input,
                context: Context<'_>,
            ) -> impl Future<Output = Result<W::Output, OpError>> + Send;
        }
    )*};
}

operation_traits! {
    /// An operation that reads something of the host.
    CoreQuery;
    /// An operation that changes something of the host.
    CoreAction;
    /// An operation that reads something of a library.
    LibraryQuery;
    /// An operation that changes something of a library.
    LibraryAction;
}

/// An operation as the registry keeps it; made by [`register!`](crate::register).
pub struct Registration {
    /// The method, in the grammar of [`ext_wire::Method`].
    pub method: &'static str,
    /// A line on what it does, for people.
    pub summary: &'static str,
    /// More about it, in Markdown.
    pub description: &'static str,
    /// Its kind: the thing it works on, and whether it changes that.
    pub kind: OperationKind,
    /// True when only the user may call it, never an extension, whatever its manifest says.
    pub host_only: bool,
    /// Function from the bytes of the input to the bytes of the output.
    pub run: for<'a> fn(Context<'a>, Bytes, BlobStyle) -> OperationFuture<'a>,
    /// The same on this thread, to the end; see [`crate::execute_json_operation_blocking`].
    pub run_blocking: RunBlocking,
    /// JSON Schema of the input.
    pub input_schema: fn() -> Schema,
    /// JSON Schema of the output.
    pub output_schema: fn() -> Schema,
}

inventory::collect!(Registration);

impl Registration {
    /// Returns the callers that it is for.
    #[must_use]
    pub const fn audience(&self) -> Audience {
        if self.host_only { Audience::UserOnly } else { Audience::Everyone }
    }

    /// Makes the registration of the operation `W`, implemented as one of this kind.
    ///
    /// # Panics
    /// When it is of another kind. Where [`register!`](crate::register) calls it, that is while
    /// compiling.
    #[doc(hidden)]
    #[must_use]
    pub const fn new<W: Wire>(
        kind: OperationKind,
        run: for<'a> fn(Context<'a>, Bytes, BlobStyle) -> OperationFuture<'a>,
        run_blocking: RunBlocking,
    ) -> Self
    where
        W::Input: JsonSchema,
        W::Output: JsonSchema,
    {
        assert!(kind as u8 == W::KIND as u8, "the operation is declared as one of another kind");
        assert!(kind.fits(W::METHOD), "the method does not begin as its kind does");
        Self {
            method: W::METHOD,
            summary: W::SUMMARY,
            description: W::DESCRIPTION,
            kind,
            host_only: W::HOST_ONLY,
            run,
            run_blocking,
            input_schema: schema::<W::Input>,
            output_schema: schema::<W::Output>,
        }
    }
}

fn schema<T: JsonSchema>() -> Schema {
    schemars::schema_for!(T)
}

/// Runs an operation: the shared body of all `run` functions, which decodes, runs and encodes.
#[doc(hidden)]
pub fn run<'a, I, O, F>(
    context: Context<'a>,
    payload: Bytes,
    blobs: BlobStyle,
    execute: impl FnOnce(I, Context<'a>) -> F + Send + 'a,
) -> OperationFuture<'a>
where
    I: DeserializeOwned + Send + 'a,
    O: Serialize + Send,
    F: Future<Output = Result<O, OpError>> + Send + 'a,
{
    Box::pin(async move {
        let input: I = body::decode_input(payload)?;
        let output = execute(input, context).await?;
        Ok(body::encode(&output, blobs)?)
    })
}

/// Runs an operation on this thread: the shared body of all `run_blocking` functions. The future
/// stays on this stack, is polled once without a waker, and is waited for only if it is not ready
/// then.
#[doc(hidden)]
pub fn run_blocking<'a, I, O, F>(
    context: Context<'a>,
    payload: Bytes,
    blobs: BlobStyle,
    out: &mut Vec<u8>,
    wait: &mut Wait<'_>,
    execute: impl FnOnce(I, Context<'a>) -> F,
) -> Result<(), OpError>
where
    I: DeserializeOwned,
    O: Serialize + Send,
    F: Future<Output = Result<O, OpError>> + Send,
{
    let future = execute(body::decode_input(payload)?, context);
    let mut output = None;
    {
        let mut future = pin!(async { output = Some(future.await) });
        let polled = future.as_mut().poll(&mut task::Context::from_waker(Waker::noop()));
        if polled.is_pending() {
            wait(future);
        }
    }
    let given_up = || Err(OpError::new(ErrorCode::Stopped, "the call was given up"));
    Ok(body::encode_into(&output.unwrap_or_else(given_up)?, blobs, out)?)
}

/// Registers the implementation of an operation, so that [`Registry::collect`](crate::Registry::collect)
/// finds it: `register!(LibraryQuery for CountReceipts)`, or
/// `register!(LibraryQuery<CountReceipts> for Shop)` where another crate declared the operation.
///
/// A trait of another kind than the declaration's is an error while compiling:
///
/// ```compile_fail
/// # use ext_registry::{Context, CoreAction, OpError};
/// ext_wire::wire! {
///     /// Reads something.
///     CoreQuery Read = "query:demo.read.v1", () => ();
/// }
/// impl CoreAction for Read {
///     async fn execute((): (), _: Context<'_>) -> Result<(), OpError> {
///         Ok(())
///     }
/// }
/// ext_registry::register!(CoreAction for Read);
/// ```
#[macro_export]
macro_rules! register {
    ($kind:ident for $op:ty) => {
        $crate::register!($kind<$op> for $op);
    };
    ($kind:ident<$op:ty> for $implementor:ty) => {
        $crate::export::inventory::submit! {
            $crate::Registration::new::<$op>(
                $crate::OperationKind::$kind,
                |context, payload, blobs| {
                    let execute = <$implementor as $crate::$kind<$op>>::execute;
                    $crate::run(context, payload, blobs, execute)
                },
                |context, payload, blobs, out, wait| {
                    let execute = <$implementor as $crate::$kind<$op>>::execute;
                    $crate::run_blocking(context, payload, blobs, out, wait, execute)
                },
            )
        }
    };
}
