//! Finds the functions that are marked as handlers, and checks what they look like.

use ext_wire::{DeclaredHandlers, Method};
use proc_macro2::TokenStream;
use quote::{format_ident, quote_spanned};
use syn::{
    Attribute, Error, FnArg, Ident, Item, ItemFn, LitStr, Result, Signature, Token,
    punctuated::Punctuated, spanned::Spanned,
};

use crate::shape::check_shape;

/// Attributes of plain functions, which a marked module does not read.
const OF_PLAIN_FUNCTIONS: &[&str] = &["query", "action", "job"];

/// Role that a function is marked with.
enum Role {
    Init,
    Cleanup,
    /// The kinds that it handles; none for all that the manifest names.
    OnEvent(Vec<LitStr>),
    Save,
    Restore,
    Operation(LitStr),
    View(LitStr),
}

impl Role {
    /// The role that an attribute gives; `None` for attributes of others.
    fn parse(attribute: &Attribute) -> Result<Option<Self>> {
        let Some(name) = attribute.path().get_ident() else {
            return Ok(None);
        };
        let role = match name.to_string().as_str() {
            "init" => Self::Init,
            "cleanup" => Self::Cleanup,
            "on_event" => return event_kinds(attribute).map(Self::OnEvent).map(Some),
            "save" => Self::Save,
            "restore" => Self::Restore,
            "operation" => return method(attribute, "an operation").map(Self::Operation).map(Some),
            "view" => return method(attribute, "a view").map(Self::View).map(Some),
            plain if OF_PLAIN_FUNCTIONS.contains(&plain) => {
                let hint = format!(
                    "`#[{plain}]` marks a plain function: use `#[operation(\"…\")]` in this module, or \
                     `spacedrive_sdk::export!();` in place of `#[extension]`"
                );
                return Err(Error::new(attribute.span(), hint));
            }
            _ => return Ok(None),
        };
        attribute.meta.require_path_only()?;
        Ok(Some(role))
    }

    /// The parameters that a function of this role has, for messages.
    const fn parameters(&self) -> &'static [&'static str] {
        match self {
            Self::Init | Self::Cleanup | Self::Save => &["client: &SpacedriveClient"],
            Self::Restore => &["client: &SpacedriveClient", "state: State"],
            Self::OnEvent(_) => &["client: &SpacedriveClient", "event: Event"],
            Self::Operation(_) | Self::View(_) => &["client: &SpacedriveClient", "input: Input"],
        }
    }
}

/// The method in `#[operation("…")]` and `#[view("…")]`.
fn method(attribute: &Attribute, what: &str) -> Result<LitStr> {
    let literal: LitStr = attribute.parse_args().map_err(|_| {
        let name = attribute.path().get_ident().map(ToString::to_string).unwrap_or_default();
        let hint = format!("{what} names its method, as in `#[{name}(\"query:hello.greet.v1\")]`");
        Error::new(attribute.span(), hint)
    })?;
    check_method(&literal)?;
    Ok(literal)
}

/// Checks a method against the grammar.
pub(crate) fn check_method(method: &LitStr) -> Result<()> {
    Method::parse(&method.value()).map_err(|error| Error::new(method.span(), error))?;
    Ok(())
}

/// Checks that there are events of a kind.
pub(crate) fn check_kind(kind: &LitStr) -> Result<()> {
    if ext_wire::event::is_kind(&kind.value()) {
        return Ok(());
    }
    let known = ext_wire::event::KINDS.join("`, `");
    let hint = format!("a kind of events is one of `{known}`, or `ext.<id>.<name>`");
    Err(Error::new(kind.span(), hint))
}

/// The kinds in `#[on_event("…", …)]`; none in a bare `#[on_event]`.
fn event_kinds(attribute: &Attribute) -> Result<Vec<LitStr>> {
    if attribute.meta.require_path_only().is_ok() {
        return Ok(Vec::new());
    }
    let kinds = attribute.parse_args_with(Punctuated::<LitStr, Token![,]>::parse_terminated);
    let kinds = kinds.ok().filter(|kinds| !kinds.is_empty()).ok_or_else(|| {
        let hint = "kinds of events stand as texts, as in `#[on_event(\"entry.created\")]`";
        Error::new(attribute.span(), hint)
    })?;
    kinds.iter().try_for_each(check_kind)?;
    Ok(kinds.into_iter().collect())
}

/// The handlers of a module.
#[derive(Default)]
pub(crate) struct Handlers {
    pub(crate) init: Option<Ident>,
    pub(crate) cleanup: Option<Ident>,
    /// The function for all events that no other one is for.
    pub(crate) on_event: Option<Ident>,
    /// Kind and function.
    pub(crate) events: Vec<(LitStr, Ident)>,
    pub(crate) save: Option<Ident>,
    pub(crate) restore: Option<Ident>,
    /// Method and function.
    pub(crate) operations: Vec<(LitStr, Ident)>,
    /// Those among the methods whose answer is a view.
    pub(crate) views: Vec<LitStr>,
    /// Functions that poll those of the author that are `async`.
    pub(crate) wrappers: Vec<TokenStream>,
}

impl Handlers {
    /// Returns whether the answer of a method is a view.
    pub(crate) fn is_view(&self, method: &LitStr) -> bool {
        self.views.iter().any(|view| view.value() == method.value())
    }
}

impl Handlers {
    /// Takes the marks off the functions in `items` and remembers who bore them.
    pub(crate) fn take(items: &mut [Item]) -> Result<Self> {
        let mut handlers = Self::default();
        for item in items {
            let Item::Fn(function) = item else { continue };
            if let Some(role) = take_role(function)? {
                let parameters = role.parameters();
                check_shape(&function.sig, parameters.len(), parameters)?;
                let (name, wrapper) = polled(&function.sig);
                handlers.wrappers.extend(wrapper);
                handlers.add(role, name)?;
            }
        }
        Ok(handlers)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.init.is_none()
            && self.cleanup.is_none()
            && !self.receives_events()
            && self.save.is_none()
            && self.restore.is_none()
            && self.operations.is_empty()
    }

    /// Returns whether a function handles events.
    pub(crate) const fn receives_events(&self) -> bool {
        self.on_event.is_some() || !self.events.is_empty()
    }

    /// The content of the section that says what there is a function for.
    pub(crate) fn declared(&self) -> DeclaredHandlers {
        let mut declared = DeclaredHandlers::default();
        for (method, _) in &self.operations {
            let name = method.value();
            declared = match self.is_view(method) {
                true => declared.with_view(&name),
                false => declared.with_operation(&name),
            };
        }
        for (kind, _) in &self.events {
            declared = declared.with_event(&kind.value());
        }
        if self.on_event.is_some() { declared.with_all_events() } else { declared }
    }

    fn add(&mut self, role: Role, function: Ident) -> Result<()> {
        match role {
            Role::Init => set_once(&mut self.init, function, "init"),
            Role::Cleanup => set_once(&mut self.cleanup, function, "cleanup"),
            Role::OnEvent(kinds) if kinds.is_empty() => {
                set_once(&mut self.on_event, function, "on_event")
            }
            Role::OnEvent(kinds) => add_all(&mut self.events, kinds, &function),
            Role::Save => set_once(&mut self.save, function, "save"),
            Role::Restore => set_once(&mut self.restore, function, "restore"),
            Role::View(method) => {
                self.views.push(method.clone());
                add_all(&mut self.operations, vec![method], &function)
            }
            Role::Operation(method) => add_all(&mut self.operations, vec![method], &function),
        }
    }
}

/// Adds methods or kinds to the function that handles them, each of which stands once.
fn add_all(handled: &mut Vec<(LitStr, Ident)>, names: Vec<LitStr>, function: &Ident) -> Result<()> {
    for name in names {
        let same = handled.iter().find(|(other, _)| other.value() == name.value());
        if let Some((_, other)) = same {
            let message = format!("`{}` is already the function `{other}`", name.value());
            return Err(Error::new(name.span(), message));
        }
        handled.push((name, function.clone()));
    }
    Ok(())
}

fn set_once(place: &mut Option<Ident>, function: Ident, role: &str) -> Result<()> {
    if let Some(other) = place {
        let message =
            format!("`#[{role}]` stands once in an extension, and `{other}` has it already");
        return Err(Error::new(function.span(), message));
    }
    *place = Some(function);
    Ok(())
}

/// Takes the mark off a function. All other attributes stay.
fn take_role(function: &mut ItemFn) -> Result<Option<Role>> {
    let mut role = None;
    let mut others = Vec::new();
    for attribute in std::mem::take(&mut function.attrs) {
        match Role::parse(&attribute)? {
            Some(_) if role.is_some() => {
                return Err(Error::new(
                    attribute.span(),
                    "a function has one role in an extension",
                ));
            }
            Some(found) => role = Some(found),
            None => others.push(attribute),
        }
    }
    function.attrs = others;
    Ok(role)
}

/// Returns the function to call: the author's or, where that is `async`, one that polls it to its end.
pub(crate) fn polled(signature: &Signature) -> (Ident, Option<TokenStream>) {
    let name = &signature.ident;
    if signature.asyncness.is_none() {
        return (name.clone(), None);
    }
    let wrapper = format_ident!("__spacedrive_{}", name, span = name.span());
    let types = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(input) => Some(&input.ty),
        FnArg::Receiver(_) => None,
    });
    let arguments: Vec<Ident> =
        (0..signature.inputs.len()).map(|at| format_ident!("argument_{at}")).collect();
    let output = &signature.output;
    let code = quote_spanned! {name.span()=>
        fn #wrapper(#(#arguments: #types),*) #output {
            ::spacedrive_sdk::glue::block_on(#name(#(#arguments),*))
        }
    };
    (wrapper, Some(code))
}
