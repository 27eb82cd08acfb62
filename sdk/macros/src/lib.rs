//! The macros of `spacedrive-sdk`: one turns the functions of a module into an extension, one makes the
//! schema of its settings.
//!
//! Use it through the SDK, as `#[spacedrive_sdk::extension]`; the generated code names the SDK by
//! that path. Its documentation, with an example, is at [`macro@extension`].
//!
//! ```
//! # // The SDK depends on this crate, so the example that runs is the one in the SDK.
//! let method = ext_wire::Method::parse("query:hello.total_words.v1")?;
//! assert_eq!(method.family(), "hello");
//! # Ok::<(), ext_wire::MethodError>(())
//! ```
//!
//! # Not in this crate
//!
//! The code behind the exports (`spacedrive_sdk::glue`), and a check that the manifest names the
//! same operations (the host makes it when it loads the extension).
#![forbid(unsafe_code)]

mod expand;
mod handlers;
mod settings;

use proc_macro::TokenStream;

/// Makes an extension of the functions of a module.
///
/// | attribute | function | called |
/// |---|---|---|
/// | `#[init]` | `fn(&SpacedriveClient) -> Result<()>` | once, before anything else; no library |
/// | `#[on_event]` | `fn(&SpacedriveClient, Event) -> Result<()>` | for each event that the manifest names; the client is bound to the event's library |
/// | `#[on_event("entry.created")]` | the same | for events of these kinds only |
/// | `#[operation("query:…")]` | `fn(&SpacedriveClient, Input) -> Result<Output>` | when somebody calls the method; the client is bound to the caller's library |
/// | `#[view("query:…")]` | `fn(&SpacedriveClient, Input) -> Result<View>` | as an operation; its answer is a view, which the host draws |
/// | `#[cleanup]` | `fn(&SpacedriveClient) -> Result<()>` | once, before the extension is unloaded; no library |
/// | `#[save]` | `fn(&SpacedriveClient) -> Result<State>` | before another version takes over; no library |
/// | `#[restore]` | `fn(&SpacedriveClient, State) -> Result<()>` | in the version that takes over, with what the other one saved; no library |
///
/// Each is optional and stands at most once, except `#[operation]` and `#[view]`, which stand once per method, and
/// `#[on_event("…")]`, which names each kind once. The names stand in the module's section
/// `spacedrive.methods`, and a host compares them with the manifest.
/// `Input`, `Output` and `State` are serde types; an operation without input takes `ops::NoInput`. The
/// method is checked against the grammar of `wire::Method` when the extension is compiled.
///
/// The functions stay as they are, so tests call them directly. Beside them the module gets
/// `pub struct Extension`, which implements `spacedrive_sdk::Extension`, and for wasm the exports of
/// the ABI. A crate has one such module.
#[proc_macro_attribute]
pub fn extension(arguments: TokenStream, module: TokenStream) -> TokenStream {
    expand::expand(&arguments.into(), module.into())
        .unwrap_or_else(|error| error.into_compile_error())
        .into()
}

/// Makes a struct the settings of an extension: it can be read from the host, and `Settings::SCHEMA` is
/// what stands under `settings` in the manifest.
///
/// A field is a `String`, `bool`, number or `SecretText`, or an `Option`, `Vec` or `BTreeMap<String, …>` of
/// these. A `SecretText` is a secret: the host keeps it in its vault. The documentation of a field is its
/// description, and `#[setting(…)]` says the rest:
///
/// | attribute | |
/// |---|---|
/// | `default = 3` | the value while the user sets none; lists and maps as a text of JSON |
/// | `title = "…"` | a title, for people |
/// | `choices("a", "b")` | the texts that it may be |
/// | `min = 1`, `max = 5` | the range of a number |
/// | `pattern = "^[A-Z]{3}$"` | a regular expression that a text fits |
/// | `path` | a text is a path in the library |
///
/// A field that may have no value is an `Option`.
#[proc_macro_derive(Settings, attributes(setting))]
pub fn settings(input: TokenStream) -> TokenStream {
    settings::expand(input.into()).unwrap_or_else(|error| error.into_compile_error()).into()
}
