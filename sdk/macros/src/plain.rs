//! Attributes of plain functions: each registers its function, and declares its part of the manifest.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use serde_json::{Map, Value, json};
use syn::{
    Attribute, Error, Expr, ExprLit, FnArg, Ident, ItemFn, Lit, LitByteStr, LitStr, Result, Token,
    Type, parse::ParseStream, parse::Parser, parse2,
};

use crate::{
    handlers::{check_kind, check_method, polled},
    settings::json_name,
    shape::check_shape,
};

/// Role of a plain function, by the attribute that it bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Init,
    Cleanup,
    Save,
    Restore,
    OnEvent,
    Query,
    Action,
    Job,
    View,
}

impl Role {
    /// The parameters that a function of this role has, for messages; the last one of an operation may be
    /// left out.
    const fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Init | Self::Cleanup | Self::Save => &["client: &SpacedriveClient"],
            Self::Restore => &["client: &SpacedriveClient", "state: State"],
            Self::OnEvent => &["client: &SpacedriveClient", "event: Event"],
            Self::Query | Self::Action | Self::View => {
                &["client: &SpacedriveClient", "input: Input"]
            }
            Self::Job => {
                &["client: &SpacedriveClient", "job: RunningJob<Checkpoint>", "input: Input"]
            }
        }
    }

    const fn is_operation(self) -> bool {
        matches!(self, Self::Query | Self::Action | Self::Job | Self::View)
    }

    /// The method of a function that names none: the crate is the extension.
    fn method_of(self, function: &Ident) -> String {
        let (id, function) = (crate_name(), json_name(function));
        match self {
            Self::Action | Self::Job => format!("action:{id}.{function}.input.v1"),
            _ => format!("query:{id}.{function}.v1"),
        }
    }

    /// The kind that a method of this role has.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Action | Self::Job => "action:",
            _ => "query:",
        }
    }
}

/// The arguments of an attribute.
#[derive(Default)]
struct Arguments {
    /// Method, or kinds of events.
    names: Vec<LitStr>,
    title: Option<LitStr>,
    icon: Option<LitStr>,
}

impl Arguments {
    fn parse(role: Role, tokens: TokenStream) -> Result<Self> {
        let parser = |input: ParseStream<'_>| {
            let mut arguments = Self::default();
            while !input.is_empty() {
                arguments.take(role, input)?;
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(arguments)
        };
        parser.parse2(tokens)
    }

    fn take(&mut self, role: Role, input: ParseStream<'_>) -> Result<()> {
        if input.peek(LitStr) {
            self.names.push(input.parse()?);
            return Ok(());
        }
        let known = match role {
            Role::View => "a method as a text, `title = \"…\"` and `icon = \"…\"` stand here",
            Role::OnEvent => {
                "kinds of events stand as texts, as in `#[on_event(\"entry.created\")]`"
            }
            _ => "a method as a text stands here, as in `#[query(\"query:hello.greet.v1\")]`",
        };
        let wrong = |span: Span| Error::new(span, known);
        let name: Ident = input.parse().map_err(|error| wrong(error.span()))?;
        input.parse::<Token![=]>().map_err(|error| wrong(error.span()))?;
        let text = input.parse::<LitStr>().map_err(|error| wrong(error.span()))?;
        match (role, name.to_string().as_str()) {
            (Role::View, "title") => self.title = Some(text),
            (Role::View, "icon") => self.icon = Some(text),
            _ => return Err(wrong(name.span())),
        }
        Ok(())
    }
}

/// The expansion of an attribute before a plain function.
pub(crate) fn expand(
    role: Role,
    arguments: TokenStream,
    function: TokenStream,
) -> Result<TokenStream> {
    let function: ItemFn = parse2(function).map_err(|error| {
        Error::new(error.span(), "this attribute stands before a function: `fn name(…) { … }`")
    })?;
    let arguments = Arguments::parse(role, arguments)?;
    check_parameters(role, &function)?;
    let code = match role {
        Role::OnEvent => event(&arguments, &function)?,
        _ if role.is_operation() => operation(role, &arguments, &function)?,
        _ => lifecycle(role, &arguments, &function)?,
    };
    let (_, wrapper) = polled(&function.sig);
    Ok(quote! {
        #function
        const _: () = {
            #wrapper
            #code
        };
    })
}

fn check_parameters(role: Role, function: &ItemFn) -> Result<()> {
    let parameters = role.parameters();
    let least = parameters.len() - usize::from(role.is_operation());
    check_shape(&function.sig, least, parameters)
}

/// Code of `#[init]`, `#[cleanup]`, `#[save]` and `#[restore]`. The latter two are exports that a host
/// looks for, so that they are there only where a function is.
fn lifecycle(role: Role, arguments: &Arguments, function: &ItemFn) -> Result<TokenStream> {
    if let Some(name) = arguments.names.first() {
        return Err(Error::new(name.span(), "this attribute takes no arguments"));
    }
    let (call, _) = polled(&function.sig);
    let at = call.span();
    Ok(match role {
        Role::Init => quote_spanned!(at=> ::spacedrive_sdk::__register!(Init(#call));),
        Role::Cleanup => quote_spanned!(at=> ::spacedrive_sdk::__register!(Cleanup(#call));),
        Role::Save => quote_spanned! {at=>
            fn __run(
                client: &::spacedrive_sdk::SpacedriveClient,
            ) -> ::spacedrive_sdk::Result<::std::vec::Vec<u8>> {
                ::spacedrive_sdk::glue::saved(#call(client))
            }
            ::spacedrive_sdk::__register!(Save(__run));
            #[cfg(target_arch = "wasm32")]
            ::spacedrive_sdk::__export_state!(save __run);
        },
        _ => quote_spanned! {at=>
            fn __run(
                client: &::spacedrive_sdk::SpacedriveClient,
                state: ::spacedrive_sdk::Bytes,
            ) -> ::spacedrive_sdk::Result<()> {
                ::spacedrive_sdk::glue::restored(client, state, #call)
            }
            ::spacedrive_sdk::__register!(Restore(__run));
            #[cfg(target_arch = "wasm32")]
            ::spacedrive_sdk::__export_state!(restore __run);
        },
    })
}

fn event(arguments: &Arguments, function: &ItemFn) -> Result<TokenStream> {
    let kinds = &arguments.names;
    kinds.iter().try_for_each(check_kind)?;
    let lines = |all: &str, line: &dyn Fn(&str) -> String| match kinds.as_slice() {
        [] => line(all),
        kinds => kinds.iter().map(|kind| line(&kind.value())).collect(),
    };
    let methods = bytes(&lines("*", &|kind| format!("event:{kind}\n")));
    let manifest = bytes(&lines("*", &|kind| format!("{}\n", json!({ "event": kind }))));
    let (call, _) = polled(&function.sig);
    Ok(quote_spanned! {call.span()=>
        ::spacedrive_sdk::__register!(Event {
            kinds: &[#(#kinds),*],
            read: ::spacedrive_sdk::glue::read_event,
            run: #call,
        });
        ::spacedrive_sdk::__declare!("spacedrive.methods", #methods);
        ::spacedrive_sdk::__declare!("spacedrive.manifest", #manifest);
    })
}

fn operation(role: Role, arguments: &Arguments, function: &ItemFn) -> Result<TokenStream> {
    let method = method(role, arguments, function)?;
    let mut methods = format!("{}\n", method.value());
    let declared = declared(&method.value(), &function.attrs);
    let mut before = String::new();
    if role == Role::View {
        methods.push_str(&format!("view:{}\n", method.value()));
        if let Some(view) = view(arguments, &method.value(), function) {
            before = format!("{}\n", json!({ "view": view }));
        }
    }
    let open = json!({ "operation": declared }).to_string();
    // The schema of the input, which only the compiler knows, goes before the braces that close it.
    let open = format!("{before}{}", open.strip_suffix("}}").unwrap_or(&open));
    let handle = handle(role, function);
    let (input, methods) = (input_type(role, function), bytes(&methods));
    let at = function.sig.ident.span();
    Ok(quote_spanned! {at=>
        fn __run(
            client: &::spacedrive_sdk::SpacedriveClient,
            payload: ::spacedrive_sdk::Bytes,
        ) -> ::spacedrive_sdk::Result<::std::vec::Vec<u8>> {
            #handle
        }
        ::spacedrive_sdk::__register!(Operation { method: #method, run: __run });
        ::spacedrive_sdk::__declare!("spacedrive.methods", #methods);
        ::spacedrive_sdk::__declare!("spacedrive.manifest", #open, #input);
    })
}

/// The call of the author's function, which may leave out an input that it does not have.
fn handle(role: Role, function: &ItemFn) -> TokenStream {
    let (call, _) = polled(&function.sig);
    let at = call.span();
    let takes_input = function.sig.inputs.len() == role.parameters().len();
    let glue = match role {
        Role::View => "view",
        Role::Job => "job",
        _ => "operation",
    };
    let glue = Ident::new(glue, at);
    let none = quote!(::spacedrive_sdk::ops::NoInput);
    match (role, takes_input) {
        (_, true) => {
            quote_spanned!(at=> ::spacedrive_sdk::glue::#glue(client, payload, #call))
        }
        (Role::Job, false) => quote_spanned! {at=>
            ::spacedrive_sdk::glue::#glue(client, payload, |client, job, _: #none| #call(client, job))
        },
        (_, false) => quote_spanned! {at=>
            ::spacedrive_sdk::glue::#glue(client, payload, |client, _: #none| #call(client))
        },
    }
}

fn input_type(role: Role, function: &ItemFn) -> TokenStream {
    let inputs = &function.sig.inputs;
    match inputs.last() {
        Some(FnArg::Typed(input)) if inputs.len() == role.parameters().len() => {
            let input: &Type = &input.ty;
            quote!(#input)
        }
        _ => quote!(::spacedrive_sdk::ops::NoInput),
    }
}

fn method(role: Role, arguments: &Arguments, function: &ItemFn) -> Result<LitStr> {
    let name = &function.sig.ident;
    let method = match arguments.names.as_slice() {
        [] => LitStr::new(&role.method_of(name), name.span()),
        [method] => method.clone(),
        [_, more, ..] => return Err(Error::new(more.span(), "a function has one method")),
    };
    check_method(&method)?;
    if !method.value().starts_with(role.prefix()) {
        let right = match role {
            Role::Action => "an action, and its method starts with `action:`",
            Role::Job => "a job, and its method starts with `action:`",
            Role::View => "a view, and its method starts with `query:`",
            _ => "a query, and its method starts with `query:`",
        };
        return Err(Error::new(method.span(), format!("this is {right}")));
    }
    Ok(method)
}

/// The operation in the manifest, without the schema of its input.
fn declared(method: &str, attributes: &[Attribute]) -> Map<String, Value> {
    let mut operation = Map::new();
    operation.insert("method".to_owned(), method.into());
    let description = documentation(attributes);
    if !description.is_empty() {
        operation.insert("description".to_owned(), description.into());
    }
    operation
}

/// Returns the name of the crate that is compiled. Cargo says it to the compiler, and the name of its
/// package to programs as well.
fn crate_name() -> String {
    let package = || std::env::var("CARGO_PKG_NAME").map(|name| name.replace('-', "_"));
    std::env::var("CARGO_CRATE_NAME").or_else(|_| package()).unwrap_or_default()
}

/// The view in the manifest; `None` for one without a title, which stands in `manifest.json`.
fn view(arguments: &Arguments, method: &str, function: &ItemFn) -> Option<Value> {
    let title = arguments.title.as_ref()?.value();
    let id = json_name(&function.sig.ident);
    let mut view = json!({ "id": id, "title": title, "query": method });
    if let Some(icon) = &arguments.icon {
        view["icon"] = icon.value().into();
    }
    Some(view)
}

/// The first paragraph of documentation, without a full stop at its end.
pub(crate) fn documentation(attributes: &[Attribute]) -> String {
    let docs = attributes.iter().filter(|attribute| attribute.path().is_ident("doc"));
    let lines = docs.filter_map(|attribute| {
        let Ok(doc) = attribute.meta.require_name_value() else { return None };
        match &doc.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value().trim().to_owned()),
            _ => None,
        }
    });
    let paragraph: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    paragraph.join(" ").trim_end_matches('.').to_owned()
}

fn bytes(text: &str) -> LitByteStr {
    LitByteStr::new(text.as_bytes(), Span::call_site())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(role: Role, arguments: TokenStream, function: TokenStream) -> String {
        match expand(role, arguments, function) {
            Ok(code) => {
                syn::parse2::<syn::File>(code.clone()).unwrap();
                code.to_string()
            }
            Err(error) => format!("refused: {error}"),
        }
    }

    #[test]
    fn a_query_registers_itself_and_declares_its_method_and_documentation() {
        let code = expanded(
            Role::Query,
            quote!("query:notes.words.v1"),
            quote! {
                /// Counts the words
                /// of all notes.
                ///
                /// More about it.
                fn words(client: &SpacedriveClient) -> Result<u32> { Ok(1) }
            },
        );
        assert!(
            code.contains(r#"Operation { method : "query:notes.words.v1" , run : __run }"#),
            "{code}"
        );
        assert!(code.contains(r#"b"query:notes.words.v1\n""#), "{code}");
        assert!(code.contains(r#"\"description\":\"Counts the words of all notes\""#), "{code}");
        assert!(!code.contains(r#"\"description\":\"Counts the words of all notes\"}"#), "{code}");
    }

    #[test]
    fn a_function_without_a_method_is_named_by_the_crate_and_itself() {
        let function = quote!(
            fn count(c: &SpacedriveClient) -> Result<u32> {
                Ok(1)
            }
        );
        let query = expanded(Role::Query, quote!(), function.clone());
        assert!(query.contains(r#""query:spacedrive_sdk_macros.count.v1""#), "{query}");
        let action = expanded(Role::Action, quote!(), function);
        assert!(action.contains(r#""action:spacedrive_sdk_macros.count.input.v1""#), "{action}");
        let keyword = quote!(
            fn r#match(c: &SpacedriveClient) -> Result<View> {
                Ok(View::new())
            }
        );
        let view = expanded(Role::View, quote!(title = "Match"), keyword);
        assert!(view.contains(r#""query:spacedrive_sdk_macros.match.v1""#), "{view}");
        assert!(view.contains(r#"\"id\":\"match\""#), "{view}");
    }

    #[test]
    fn a_view_with_a_title_is_declared_as_one() {
        let code = expanded(
            Role::View,
            quote!("query:notes.all_notes.v1", title = "All notes", icon = "list"),
            quote!(
                fn all_notes(c: &SpacedriveClient) -> Result<View> {
                    Ok(View::new())
                }
            ),
        );
        for part in
            [r#"\"id\":\"all_notes\""#, r#"\"title\":\"All notes\""#, r#"\"icon\":\"list\""#]
        {
            assert!(code.contains(part), "{part}: {code}");
        }
        assert!(code.contains(r"view:query:notes.all_notes.v1\n"), "{code}");
    }

    #[test]
    fn an_async_function_is_polled_to_its_end() {
        let code = expanded(
            Role::OnEvent,
            quote!("entry.created"),
            quote!(
                async fn f(c: &SpacedriveClient, e: Event) -> Result<()> {
                    Ok(())
                }
            ),
        );
        assert!(code.contains("glue :: block_on (f (argument_0 , argument_1))"), "{code}");
        assert!(code.contains("run : __spacedrive_f"), "{code}");
    }

    #[test]
    fn mistakes_say_what_to_write() {
        let plain = quote!(
            fn f(c: &SpacedriveClient) -> Result<u32> {
                Ok(1)
            }
        );
        for (role, arguments, function, says) in [
            (Role::Query, quote!("words"), plain.clone(), "`query:` or `action:`"),
            (Role::Query, quote!("action:a.b.input.v1"), plain.clone(), "this is a query"),
            (Role::Action, quote!("query:a.b.v1"), plain.clone(), "this is an action"),
            (Role::Query, quote!("query:a.b.v1", "query:a.c.v1"), plain.clone(), "one method"),
            (Role::Query, quote!(title = "A"), plain.clone(), "a method as a text stands here"),
            (Role::View, quote!(name = "A"), plain.clone(), "`title = \"…\"`"),
            (Role::OnEvent, quote!("entry.gone"), plain.clone(), "parameters are"),
            (Role::Init, quote!("now"), plain.clone(), "takes no arguments"),
            (
                Role::Query,
                quote!(),
                quote!(
                    struct A;
                ),
                "stands before a function",
            ),
            (
                Role::OnEvent,
                quote!("entry.gone"),
                quote!(
                    fn f(c: &C, e: Event) -> Result<()> {
                        Ok(())
                    }
                ),
                "or `ext.<id>.<name>`",
            ),
            (
                Role::Job,
                quote!(),
                quote!(
                    fn f(c: &C) -> Result<()> {
                        Ok(())
                    }
                ),
                "job: RunningJob<Checkpoint>",
            ),
            (
                Role::Query,
                quote!(),
                quote!(
                    fn f<T>(c: &C, i: T) -> Result<()> {
                        Ok(())
                    }
                ),
                "no generic",
            ),
        ] {
            let refused = expanded(role, arguments, function);
            assert!(refused.starts_with("refused: ") && refused.contains(says), "{refused}");
        }
    }
}
