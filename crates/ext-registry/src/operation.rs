//! The four operation traits, and how an operation registers itself.

use std::{
    future::Future,
    pin::{Pin, pin},
    task::{self, Waker},
};

use bytes::Bytes;
use ext_perm::Audience;
use ext_wire::{
    ErrorCode,
    body::{self, BlobStyle},
};
use schemars::{JsonSchema, Schema};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Context, OpError};

/// The reply of an operation, to come: encoded output.
pub type OperationFuture<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, OpError>> + Send + 'a>>;

/// Runs an operation on this thread and writes its encoded output in place of what the vector holds.
pub type RunBlocking =
    for<'a> fn(Context<'a>, Bytes, BlobStyle, &mut Vec<u8>, &mut Wait<'_>) -> Result<(), OpError>;

/// How a thread waits for an operation that is not ready at once: polls it to its end, or gives up
/// and returns before it is.
pub type Wait<'w> = dyn FnMut(Pin<&mut (dyn Future<Output = ()> + Send)>) + 'w;

/// What an operation works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The host; a library in the call is refused.
    Core,
    /// One library; a call without one is refused.
    Library,
}

/// Declares the four traits, which differ in name and meaning only.
macro_rules! operation_traits {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        pub trait $name: 'static {
            /// What the caller sends; must refuse unknown fields.
            type Input: DeserializeOwned + JsonSchema + Send;
            /// What comes back.
            type Output: Serialize + JsonSchema + Send;

            /// Does it.
            ///
            /// # Errors
            /// What the caller is told instead of an output.
            fn execute(
                input: Self::Input,
                context: Context<'_>,
            ) -> impl Future<Output = Result<Self::Output, OpError>> + Send;
        }
    )*};
}

operation_traits! {
    /// Reads something of the host.
    CoreQuery;
    /// Changes something of the host.
    CoreAction;
    /// Reads something of a library.
    LibraryQuery;
    /// Changes something of a library.
    LibraryAction;
}

/// An operation as the registry keeps it; made by the `register_*!` macros.
pub struct Registration {
    /// The method, in the grammar of [`ext_wire::Method`].
    pub method: &'static str,
    /// What it does, for people.
    pub summary: &'static str,
    /// What it works on.
    pub scope: Scope,
    /// Whether only the user may call it, never an extension, whatever its manifest says.
    pub host_only: bool,
    /// Bytes to input, run, output to bytes.
    pub run: for<'a> fn(Context<'a>, Bytes, BlobStyle) -> OperationFuture<'a>,
    /// The same to the end, on this thread; see [`crate::execute_json_operation_blocking`].
    pub run_blocking: RunBlocking,
    /// JSON Schema of the input.
    pub input_schema: fn() -> Schema,
    /// JSON Schema of the output.
    pub output_schema: fn() -> Schema,
}

inventory::collect!(Registration);

impl Registration {
    /// For whom it is.
    #[must_use]
    pub const fn audience(&self) -> Audience {
        if self.host_only { Audience::UserOnly } else { Audience::Everyone }
    }
}

/// The shared body of all `run` functions: decode, run, encode.
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
        let input: I = body::decode(payload)?;
        let output = execute(input, context).await?;
        Ok(body::encode(&output, blobs)?)
    })
}

/// The shared body of all `run_blocking` functions: the future stays on this stack, is polled once
/// without a waker, and only if it is not ready then, waited for.
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
    let future = execute(body::decode(payload)?, context);
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

/// Shared by the public macros.
#[doc(hidden)]
#[macro_export]
macro_rules! register_operation {
    ($trait:ident, $op:ty, $method:expr, $scope:ident, $host_only:expr, $summary:expr) => {
        $crate::export::inventory::submit! {
            $crate::Registration {
                method: $method,
                summary: $summary,
                scope: $crate::Scope::$scope,
                host_only: $host_only,
                run: |context, payload, blobs| {
                    $crate::run(context, payload, blobs, <$op as $crate::$trait>::execute)
                },
                run_blocking: |context, payload, blobs, out, wait| {
                    $crate::run_blocking(
                        context,
                        payload,
                        blobs,
                        out,
                        wait,
                        <$op as $crate::$trait>::execute,
                    )
                },
                input_schema: $crate::schema::<<$op as $crate::$trait>::Input>,
                output_schema: $crate::schema::<<$op as $crate::$trait>::Output>,
            }
        }
    };
}

/// The JSON Schema of a type.
#[doc(hidden)]
#[must_use]
pub fn schema<T: JsonSchema>() -> Schema {
    schemars::schema_for!(T)
}

/// Registers a [`CoreQuery`]: `register_core_query!(StatusQuery, "core.status", "Says …")`. With
/// `host_only` at the end, extensions may never call it.
#[macro_export]
macro_rules! register_core_query {
    ($op:ty, $name:literal, $summary:expr) => {
        $crate::register_operation!(
            CoreQuery,
            $op,
            concat!("query:", $name, ".v1"),
            Core,
            false,
            $summary
        );
    };
    ($op:ty, $name:literal, $summary:expr, host_only) => {
        $crate::register_operation!(
            CoreQuery,
            $op,
            concat!("query:", $name, ".v1"),
            Core,
            true,
            $summary
        );
    };
}

/// Registers a [`CoreAction`]: `register_core_action!(CreateAction, "libraries.create", "Makes …")`.
/// With `host_only` at the end, extensions may never call it.
#[macro_export]
macro_rules! register_core_action {
    ($op:ty, $name:literal, $summary:expr) => {
        $crate::register_operation!(
            CoreAction,
            $op,
            concat!("action:", $name, ".input.v1"),
            Core,
            false,
            $summary
        );
    };
    ($op:ty, $name:literal, $summary:expr, host_only) => {
        $crate::register_operation!(
            CoreAction,
            $op,
            concat!("action:", $name, ".input.v1"),
            Core,
            true,
            $summary
        );
    };
}

/// Registers a [`LibraryQuery`]: `register_library_query!(OcrQuery, "ai.ocr", "Reads …")`.
#[macro_export]
macro_rules! register_library_query {
    ($op:ty, $name:literal, $summary:expr) => {
        $crate::register_operation!(
            LibraryQuery,
            $op,
            concat!("query:", $name, ".v1"),
            Library,
            false,
            $summary
        );
    };
}

/// Registers a [`LibraryAction`]:
/// `register_library_action!(WriteSidecarAction, "vdfs.write_sidecar", "Writes …")`.
#[macro_export]
macro_rules! register_library_action {
    ($op:ty, $name:literal, $summary:expr) => {
        $crate::register_operation!(
            LibraryAction,
            $op,
            concat!("action:", $name, ".input.v1"),
            Library,
            false,
            $summary
        );
    };
}
