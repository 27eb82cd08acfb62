//! Functions that attributes registered, and how [`Extension`](crate::Extension) finds them.

use bytes::Bytes;
use ext_wire::Event;

use crate::{client::SpacedriveClient, error::Result, extension::unknown_method};

/// A function of an extension that bears an attribute.
#[derive(Debug)]
pub struct Registered {
    /// The module in which the function stands.
    pub module: &'static str,
    /// The function, and what it is for.
    pub handler: Handler,
}

inventory::collect!(Registered);

/// A function, and what it is for.
#[derive(Debug)]
pub enum Handler {
    /// Function marked `#[init]`.
    Init(fn(&SpacedriveClient) -> Result<()>),
    /// Function marked `#[cleanup]`.
    Cleanup(fn(&SpacedriveClient) -> Result<()>),
    /// Function marked `#[save]`.
    Save(fn(&SpacedriveClient) -> Result<Vec<u8>>),
    /// Function marked `#[restore]`.
    Restore(fn(&SpacedriveClient, Bytes) -> Result<()>),
    /// `#[on_event]`; without kinds it takes those that no other function handles.
    Event {
        /// The kinds of events.
        kinds: &'static [&'static str],
        /// The function that reads an event. It stands here, so that its code is only in extensions that
        /// receive events.
        read: fn(Bytes) -> Result<Event>,
        /// The function.
        run: fn(&SpacedriveClient, Event) -> Result<()>,
    },
    /// `#[query]`, `#[action]`, `#[job]` or `#[view]`.
    Operation {
        /// The method.
        method: &'static str,
        /// The function, with its input and output as bytes.
        run: fn(&SpacedriveClient, Bytes) -> Result<Vec<u8>>,
    },
}

/// Lists the functions that stand in a module or below it, so that two extensions in one native test keep
/// apart.
fn handlers(module: &str) -> impl Iterator<Item = &'static Handler> {
    let stands_in = move |other: &str| {
        other.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    let all = inventory::iter::<Registered>.into_iter();
    all.filter(move |it| stands_in(it.module)).map(|it| &it.handler)
}

/// Runs all functions marked `#[init]`.
///
/// # Errors
/// That of the first one that fails.
pub fn init(module: &str, client: &SpacedriveClient) -> Result<()> {
    handlers(module).try_for_each(|handler| match handler {
        Handler::Init(run) => run(client),
        _ => Ok(()),
    })
}

/// Runs all functions marked `#[cleanup]`.
///
/// # Errors
/// As [`init`].
pub fn cleanup(module: &str, client: &SpacedriveClient) -> Result<()> {
    handlers(module).try_for_each(|handler| match handler {
        Handler::Cleanup(run) => run(client),
        _ => Ok(()),
    })
}

/// Runs the function for events of this kind. An event that no function is for is done.
///
/// # Errors
/// The function's.
pub fn on_event(module: &str, client: &SpacedriveClient, event: Event) -> Result<()> {
    let mut rest = None;
    for handler in handlers(module) {
        match handler {
            Handler::Event { kinds, run, .. } if kinds.contains(&event.kind.as_str()) => {
                return run(client, event);
            }
            Handler::Event { kinds: [], run, .. } => rest = Some(run),
            _ => {}
        }
    }
    rest.map_or(Ok(()), |run| run(client, event))
}

/// Reads an event, and runs the function for it. Without any such function the event is done.
///
/// # Errors
/// The function's, and for an event that cannot be read.
pub fn receive(module: &str, client: &SpacedriveClient, payload: Bytes) -> Result<()> {
    let read = handlers(module).find_map(|handler| match handler {
        Handler::Event { read, .. } => Some(read),
        _ => None,
    });
    read.map_or(Ok(()), |read| {
        let event = read(payload)?;
        on_event(module, &client.with_library(event.library_id), event)
    })
}

/// Runs the function behind a method.
///
/// # Errors
/// The function's; [`ErrorCode::UnknownMethod`](crate::ErrorCode::UnknownMethod) when there is none.
pub fn call(
    module: &str,
    client: &SpacedriveClient,
    method: &str,
    payload: Bytes,
) -> Result<Vec<u8>> {
    let found = handlers(module).find_map(|handler| match handler {
        Handler::Operation { method: own, run } if *own == method => Some(run),
        _ => None,
    });
    found.map_or_else(|| unknown_method(method), |run| run(client, payload))
}

/// Runs the function marked `#[save]`; nothing is saved without one.
///
/// # Errors
/// The function's.
pub fn save(module: &str, client: &SpacedriveClient) -> Result<Vec<u8>> {
    let found = handlers(module).find_map(|handler| match handler {
        Handler::Save(run) => Some(run),
        _ => None,
    });
    found.map_or_else(|| Ok(Vec::new()), |run| run(client))
}

/// Runs the function marked `#[restore]`.
///
/// # Errors
/// The function's.
pub fn restore(module: &str, client: &SpacedriveClient, state: Bytes) -> Result<()> {
    let found = handlers(module).find_map(|handler| match handler {
        Handler::Restore(run) => Some(run),
        _ => None,
    });
    found.map_or(Ok(()), |run| run(client, state))
}

/// Registers a function; the attributes write the call of this macro.
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($($handler:tt)*) => {
        $crate::glue::inventory::submit! {
            $crate::glue::Registered {
                module: ::core::module_path!(),
                handler: $crate::glue::Handler::$($handler)*,
            }
        }
    };
}

/// Declares nothing: only a module has sections.
#[cfg(not(target_arch = "wasm32"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __declare {
    ($($ignored:tt)*) => {};
}

/// Makes an extension of the functions of a crate that bear attributes: [`query`](macro@crate::query),
/// [`action`](macro@crate::action), [`job`](macro@crate::job), [`view`](macro@crate::view),
/// [`on_event`](macro@crate::on_event), [`init`](macro@crate::init), [`cleanup`](macro@crate::cleanup),
/// [`save`](macro@crate::save) and [`restore`](macro@crate::restore).
///
/// It stands once in a crate, in `lib.rs`, and makes a `pub struct Extension`, which stands for all of it in
/// tests, and the exports of the wasm.
///
/// ```
/// use spacedrive_sdk::{prelude::*, testing::FakeHost};
///
/// mod tea {
///     use spacedrive_sdk::prelude::*;
///
///     spacedrive_sdk::export!();
///
///     /// Brews tea.
///     #[action("action:tea.brew.input.v1")]
///     fn brew(_: &SpacedriveClient, cups: u8) -> Result<String> {
///         Ok(format!("{cups} cups of tea"))
///     }
/// }
///
/// let brewed: String = FakeHost::new().call::<tea::Extension, _, _>("action:tea.brew.input.v1", &2)?;
/// assert_eq!(brewed, "2 cups of tea");
/// # Ok::<(), Error>(())
/// ```
#[macro_export]
macro_rules! export {
    () => {
        /// The extension, as a host sees it.
        #[derive(Debug, Clone, Copy)]
        pub struct Extension;

        impl $crate::Extension for Extension {
            fn init(client: &$crate::SpacedriveClient) -> $crate::Result<()> {
                $crate::glue::registered::init(::core::module_path!(), client)
            }

            fn cleanup(client: &$crate::SpacedriveClient) -> $crate::Result<()> {
                $crate::glue::registered::cleanup(::core::module_path!(), client)
            }

            fn on_event(
                client: &$crate::SpacedriveClient,
                event: $crate::Event,
            ) -> $crate::Result<()> {
                $crate::glue::registered::on_event(::core::module_path!(), client, event)
            }

            fn receive(
                client: &$crate::SpacedriveClient,
                payload: $crate::Bytes,
            ) -> $crate::Result<()> {
                $crate::glue::registered::receive(::core::module_path!(), client, payload)
            }

            fn save(
                client: &$crate::SpacedriveClient,
            ) -> $crate::Result<::std::vec::Vec<u8>> {
                $crate::glue::registered::save(::core::module_path!(), client)
            }

            fn restore(
                client: &$crate::SpacedriveClient,
                state: $crate::Bytes,
            ) -> $crate::Result<()> {
                $crate::glue::registered::restore(::core::module_path!(), client, state)
            }

            fn call(
                client: &$crate::SpacedriveClient,
                method: &str,
                payload: $crate::Bytes,
            ) -> $crate::Result<::std::vec::Vec<u8>> {
                $crate::glue::registered::call(::core::module_path!(), client, method, payload)
            }
        }

        #[cfg(target_arch = "wasm32")]
        $crate::__export!(Extension; b""; cleanup call on_event);
    };
}
