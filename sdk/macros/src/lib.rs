//! The macros of `spacedrive-sdk`: attributes make an extension of plain functions, or of the functions of a
//! module, and derives make the schemas of inputs and settings.
//!
//! Use them through the SDK, as `#[spacedrive_sdk::query]`; the generated code names the SDK by
//! that path. An example is in its documentation.
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
//! The code behind the exports (`spacedrive_sdk::glue`), completing the manifest by what the functions
//! declare (`ext-declared`), and a check that it names the same operations (the host makes it when it loads
//! the extension).
#![forbid(unsafe_code)]

mod expand;
mod handlers;
mod input;
mod plain;
mod settings;
mod shape;

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

/// Makes a struct the input of an operation: it can be read, and its JSON Schema goes into the manifest.
///
/// The fields and `#[input(…)]` are as those of `Settings`, and a field without a default, which is not an
/// `Option`, list or map, has to be given.
#[proc_macro_derive(Input, attributes(input))]
pub fn input(input: TokenStream) -> TokenStream {
    input::expand(input.into()).unwrap_or_else(|error| error.into_compile_error()).into()
}

/// Runs a function once, before anything else: `fn(&SpacedriveClient) -> Result<()>`, without a library.
#[proc_macro_attribute]
pub fn init(arguments: TokenStream, function: TokenStream) -> TokenStream {
    plain(plain::Role::Init, arguments, function)
}

/// Runs a function once, before the extension is unloaded: `fn(&SpacedriveClient) -> Result<()>`, without a
/// library.
#[proc_macro_attribute]
pub fn cleanup(arguments: TokenStream, function: TokenStream) -> TokenStream {
    plain(plain::Role::Cleanup, arguments, function)
}

/// Saves the state for another version, before that takes over: `fn(&SpacedriveClient) -> Result<State>`.
#[proc_macro_attribute]
pub fn save(arguments: TokenStream, function: TokenStream) -> TokenStream {
    plain(plain::Role::Save, arguments, function)
}

/// Takes over the state that another version saved: `fn(&SpacedriveClient, State) -> Result<()>`.
#[proc_macro_attribute]
pub fn restore(arguments: TokenStream, function: TokenStream) -> TokenStream {
    plain(plain::Role::Restore, arguments, function)
}

/// Handles events, `#[on_event("entry.created", …)]`: `fn(&SpacedriveClient, Event) -> Result<()>`. Without kinds
/// it handles those that `manifest.json` names and no other function does.
#[proc_macro_attribute]
pub fn on_event(arguments: TokenStream, function: TokenStream) -> TokenStream {
    plain(plain::Role::OnEvent, arguments, function)
}

/// Answers a query: `fn(&SpacedriveClient, Input) -> Result<Output>`, or without an input.
///
/// The method is `query:CRATE.FUNCTION.v1` unless it stands in `#[query("…")]`. It, the first paragraph of the
/// documentation, and the schema of an input that derives `Input` become a part of the manifest when
/// `spacedrive ext build` builds the extension.
#[proc_macro_attribute]
pub fn query(arguments: TokenStream, function: TokenStream) -> TokenStream {
    plain(plain::Role::Query, arguments, function)
}

/// Runs an action: `fn(&SpacedriveClient, Input) -> Result<Output>`, or without an input.
///
/// The method is `action:CRATE.FUNCTION.input.v1` unless it stands in `#[action("…")]`; all else is as for a
/// query.
#[proc_macro_attribute]
pub fn action(arguments: TokenStream, function: TokenStream) -> TokenStream {
    plain(plain::Role::Action, arguments, function)
}

/// Runs an action that resumes where it stopped: `fn(&SpacedriveClient, RunningJob<Checkpoint>, Input) ->
/// Result<Output>`, or without an input. It is dispatched by its method, that of an action.
#[proc_macro_attribute]
pub fn job(arguments: TokenStream, function: TokenStream) -> TokenStream {
    plain(plain::Role::Job, arguments, function)
}

/// Answers a view: `fn(&SpacedriveClient, Input) -> Result<View>`, or without an input.
///
/// As a query, and with `#[view(title = "All notes", icon = "list")]` it stands among the `views` of the manifest,
/// by the name of the function.
#[proc_macro_attribute]
pub fn view(arguments: TokenStream, function: TokenStream) -> TokenStream {
    plain(plain::Role::View, arguments, function)
}

/// Answers an operation, in a module that is marked with [`macro@extension`], which reads this attribute. Before
/// any other function it is an error that says so.
#[proc_macro_attribute]
pub fn operation(arguments: TokenStream, function: TokenStream) -> TokenStream {
    shape::stray_operation(arguments.into(), function.into()).into_compile_error().into()
}

fn plain(role: plain::Role, arguments: TokenStream, function: TokenStream) -> TokenStream {
    plain::expand(role, arguments.into(), function.into())
        .unwrap_or_else(|error| error.into_compile_error())
        .into()
}
