//! From the marked module to the code that the compiler sees.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Error, Ident, ItemMod, LitByteStr, Result, parse2};

use crate::handlers::Handlers;

/// The expansion of `#[extension(arguments)] module`.
pub(crate) fn expand(arguments: &TokenStream, module: TokenStream) -> Result<TokenStream> {
    if !arguments.is_empty() {
        return Err(Error::new_spanned(arguments, "`#[extension]` takes no arguments"));
    }
    let mut module: ItemMod = parse2(module).map_err(|error| {
        Error::new(error.span(), "`#[extension]` stands before a module: `mod name { … }`")
    })?;
    let name = module.ident.clone();
    let Some((_, items)) = &mut module.content else {
        return Err(Error::new_spanned(module, "the module's body stands here: `mod name { … }`"));
    };
    let handlers = Handlers::take(items)?;
    if handlers.is_empty() {
        let message = "no function is marked `#[init]`, `#[on_event]`, `#[operation(…)]`, `#[view(…)]`, \
             `#[cleanup]`, `#[save]` or `#[restore]`";
        return Err(Error::new(name.span(), message));
    }
    items.push(syn::Item::Verbatim(generated(&handlers)));
    Ok(quote!(#module))
}

/// Generates the items that the module gets beside its own.
fn generated(handlers: &Handlers) -> TokenStream {
    let implementation = implementation(handlers);
    let exports = exports(handlers);
    let wrappers = &handlers.wrappers;
    let declared = LitByteStr::new(handlers.declared().to_string().as_bytes(), Span::call_site());
    quote! {
        /// The extension, as a host sees it.
        #[derive(Debug, Clone, Copy)]
        pub struct Extension;

        #implementation

        #(#wrappers)*

        #[cfg(target_arch = "wasm32")]
        ::spacedrive_sdk::__export!(Extension; #declared; #exports);
    }
}

fn implementation(handlers: &Handlers) -> TokenStream {
    let init = handlers.init.as_ref().map(|function| lifecycle("init", function));
    let cleanup = handlers.cleanup.as_ref().map(|function| lifecycle("cleanup", function));
    let on_event = handlers.receives_events().then(|| on_event(handlers));
    let save = handlers.save.as_ref().map(save);
    let restore = handlers.restore.as_ref().map(restore);
    let operations = (!handlers.operations.is_empty()).then(|| operations(handlers));
    quote! {
        impl ::spacedrive_sdk::Extension for Extension {
            #init
            #cleanup
            #on_event
            #save
            #restore
            #operations
        }
    }
}

/// `init` and `cleanup`. The span makes the compiler show the author's function where types differ.
fn lifecycle(name: &str, function: &Ident) -> TokenStream {
    let name = Ident::new(name, function.span());
    quote_spanned! {function.span()=>
        fn #name(client: &::spacedrive_sdk::SpacedriveClient) -> ::spacedrive_sdk::Result<()> {
            #function(client)
        }
    }
}

/// An event that no function is for is done: the manifest may name more kinds than one version needs.
fn on_event(handlers: &Handlers) -> TokenStream {
    let arms = handlers.events.iter().map(|(kind, function)| {
        quote_spanned! {function.span()=> #kind => #function(client, event), }
    });
    let rest = handlers.on_event.as_ref().map_or_else(
        || quote!(::core::result::Result::Ok(())),
        |function| quote_spanned! {function.span()=> #function(client, event) },
    );
    quote! {
        fn on_event(
            client: &::spacedrive_sdk::SpacedriveClient,
            event: ::spacedrive_sdk::Event,
        ) -> ::spacedrive_sdk::Result<()> {
            match event.kind.as_str() {
                #(#arms)*
                _ => #rest,
            }
        }
    }
}

fn save(function: &Ident) -> TokenStream {
    quote_spanned! {function.span()=>
        fn save(
            client: &::spacedrive_sdk::SpacedriveClient,
        ) -> ::spacedrive_sdk::Result<::std::vec::Vec<u8>> {
            ::spacedrive_sdk::glue::saved(#function(client))
        }
    }
}

fn restore(function: &Ident) -> TokenStream {
    quote_spanned! {function.span()=>
        fn restore(
            client: &::spacedrive_sdk::SpacedriveClient,
            state: ::spacedrive_sdk::Bytes,
        ) -> ::spacedrive_sdk::Result<()> {
            ::spacedrive_sdk::glue::restored(client, state, #function)
        }
    }
}

fn operations(handlers: &Handlers) -> TokenStream {
    let methods = handlers.operations.iter().map(|(method, _)| method);
    let arms = handlers.operations.iter().map(|(method, function)| {
        let glue = if handlers.is_view(method) { "view" } else { "operation" };
        let glue = Ident::new(glue, function.span());
        quote_spanned! {function.span()=>
            #method => ::spacedrive_sdk::glue::#glue(client, payload, #function),
        }
    });
    quote! {
        const METHODS: &'static [&'static str] = &[#(#methods),*];

        fn call(
            client: &::spacedrive_sdk::SpacedriveClient,
            method: &str,
            payload: ::spacedrive_sdk::Bytes,
        ) -> ::spacedrive_sdk::Result<::std::vec::Vec<u8>> {
            match method {
                #(#arms)*
                _ => ::spacedrive_sdk::glue::unknown_method(method),
            }
        }
    }
}

/// The optional exports: a host sees from their absence what an extension does not do.
fn exports(handlers: &Handlers) -> TokenStream {
    let cleanup = handlers.cleanup.is_some().then(|| quote!(cleanup));
    let call = (!handlers.operations.is_empty()).then(|| quote!(call));
    let on_event = handlers.receives_events().then(|| quote!(on_event));
    let save = handlers.save.is_some().then(|| quote!(save));
    let restore = handlers.restore.is_some().then(|| quote!(restore));
    quote!(#cleanup #call #on_event #save #restore)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message that a wrong module gets.
    fn refusal(module: TokenStream) -> String {
        match expand(&TokenStream::new(), module) {
            Ok(code) => format!("accepted: {code}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn marks_are_taken_off_and_other_attributes_stay() {
        let module = quote! {
            pub mod hello {
                /// Starts.
                #[inline]
                #[init]
                pub fn start(client: &SpacedriveClient) -> Result<()> { Ok(()) }
            }
        };
        let code = expand(&TokenStream::new(), module).unwrap().to_string();
        assert!(!code.contains("# [init]"), "{code}");
        assert!(code.contains("# [inline]"), "{code}");
        assert!(code.contains("__export ! (Extension ; b\"\" ;)"), "{code}");
        syn::parse_file(&code).unwrap();
    }

    #[test]
    fn an_async_handler_is_polled_to_its_end() {
        let module = quote!(
            mod m {
                #[init]
                async fn f(client: &SpacedriveClient) -> Result<()> {
                    Ok(())
                }
            }
        );
        let code = expand(&TokenStream::new(), module).unwrap().to_string();
        assert!(code.contains("glue :: block_on (f (argument_0))"), "{code}");
        assert!(code.contains("{ __spacedrive_f (client) }"), "{code}");
    }

    #[test]
    fn each_kind_of_handler_asks_for_its_export() {
        let module = quote! {
            mod all {
                #[on_event] fn seen(client: &SpacedriveClient, event: Event) -> Result<()> { Ok(()) }
                #[operation("query:all.sum.v1")] fn sum(c: &SpacedriveClient, i: u32) -> Result<u32> { Ok(i) }
                #[cleanup] fn stop(client: &SpacedriveClient) -> Result<()> { Ok(()) }
                #[save] fn keep(client: &SpacedriveClient) -> Result<u32> { Ok(1) }
                #[restore] fn take(client: &SpacedriveClient, count: u32) -> Result<()> { Ok(()) }
            }
        };
        let code = expand(&TokenStream::new(), module).unwrap().to_string();
        assert!(
            code.contains(
                r#"__export ! (Extension ; b"query:all.sum.v1\nevent:*\n" ; cleanup call on_event save restore)"#
            ),
            "{code}"
        );
        assert!(code.contains("\"query:all.sum.v1\" =>"), "{code}");
    }

    #[test]
    fn a_function_may_handle_some_kinds_of_events() {
        let code = expand(
            &TokenStream::new(),
            quote! {
                mod m {
                    #[on_event("entry.created", "ext.finance.booked")]
                    fn a(client: &C, event: Event) -> Result<()> { Ok(()) }
                    #[on_event("entry.updated")]
                    fn b(client: &C, event: Event) -> Result<()> { Ok(()) }
                }
            },
        );
        let code = code.unwrap().to_string();
        assert!(code.contains(r#""ext.finance.booked" => a (client , event)"#), "{code}");
        assert!(code.contains(r#""entry.updated" => b (client , event)"#), "{code}");
        assert!(
            code.contains(r"event:entry.created\nevent:entry.updated\nevent:ext.finance.booked\n"),
            "{code}"
        );
        for (kinds, reason) in [
            (quote!("entry.gone"), "or `ext.<id>.<name>`"),
            (quote!(), "stand as texts"),
            (quote!(created), "stand as texts"),
            (quote!("entry.created", "entry.created"), "is already the function `f`"),
        ] {
            let refused = refusal(quote!(
                mod m {
                    #[on_event(#kinds)]
                    fn f(c: &C, event: Event) -> Result<()> {
                        Ok(())
                    }
                }
            ));
            assert!(refused.contains(reason), "{refused}");
        }
    }

    #[test]
    fn a_view_is_an_operation_whose_answer_is_checked() {
        let code = expand(
            &TokenStream::new(),
            quote! {
                mod m {
                    #[view("query:m.all.v1")]
                    fn all(client: &C, input: NoInput) -> Result<View> { todo!() }
                }
            },
        );
        let code = code.unwrap().to_string();
        assert!(code.contains("glue :: view (client , payload , all)"), "{code}");
        assert!(code.contains(r#"b"query:m.all.v1\nview:query:m.all.v1\n""#), "{code}");
        for (mark, reason) in [
            (quote!(#[view]), "a view names its method, as in `#[view("),
            (quote!(#[view("all")]), "`query:` or `action:`"),
        ] {
            let refused =
                refusal(quote!(mod m { #mark fn f(c: &C, i: u8) -> Result<View> { todo!() } }));
            assert!(refused.contains(reason), "{refused}");
        }
    }

    #[test]
    fn modules_that_are_no_extension_are_refused() {
        let arguments = expand(
            &quote!(id = "hello"),
            quote!(
                mod hello {}
            ),
        )
        .unwrap_err()
        .to_string();
        assert_eq!(arguments, "`#[extension]` takes no arguments");
        assert!(
            refusal(quote!(
                fn start() {}
            ))
            .contains("stands before a module")
        );
        assert!(
            refusal(quote!(
                mod hello;
            ))
            .contains("body stands here")
        );
        assert!(
            refusal(quote!(
                mod hello {
                    fn start() {}
                }
            ))
            .contains("no function is marked")
        );
    }

    #[test]
    fn a_method_outside_the_grammar_is_refused_with_the_reason() {
        let with = |method: &str| {
            refusal(quote!(
                mod m {
                    #[operation(#method)]
                    fn f(c: &C, i: u8) -> Result<u8> {
                        Ok(i)
                    }
                }
            ))
        };
        assert!(with("hello.greet.v1").contains("starts with `query:` or `action:`"));
        assert!(with("query:hello.greet").contains("ends in `.v<N>`"));
        assert!(with("query:greet.v1").contains("two or more lower-case segments"));
        assert!(with("action:hello.greet.v1").contains("an action in `.input.v<N>`"));
        let bare = refusal(quote!(
            mod m {
                #[operation]
                fn f(c: &C, i: u8) -> Result<u8> {
                    Ok(i)
                }
            }
        ));
        assert!(bare.contains("an operation names its method"), "{bare}");
    }

    #[test]
    fn handlers_of_the_wrong_shape_are_refused() {
        let parameters = refusal(quote!(
            mod m {
                #[on_event]
                fn f(client: &C) -> Result<()> {
                    Ok(())
                }
            }
        ));
        assert!(parameters.contains("`(client: &SpacedriveClient, event: Event)`"), "{parameters}");
        assert!(
            refusal(quote!(
                mod m {
                    #[query]
                    fn f(c: &C) {}
                }
            ))
            .contains("`spacedrive_sdk::export!();` in place of `#[extension]`")
        );
        assert!(
            refusal(quote!(
                mod m {
                    #[init]
                    unsafe fn f(c: &C) {}
                }
            ))
            .contains("not `unsafe`")
        );
        assert!(
            refusal(quote!(
                mod m {
                    #[init]
                    fn f<T>(c: &C) {}
                }
            ))
            .contains("no generic")
        );
        let results = refusal(quote!(
            mod m {
                #[cleanup]
                fn f(c: &C) {}
            }
        ));
        assert_eq!(results, "a handler returns a `Result`, as in `-> Result<()>`");
    }

    #[test]
    fn a_role_or_method_given_twice_is_refused() {
        let twice = refusal(quote!(
            mod m {
                #[init]
                fn a(c: &C) -> Answer {}
                #[init]
                fn b(c: &C) -> Answer {}
            }
        ));
        assert_eq!(twice, "`#[init]` stands once in an extension, and `a` has it already");
        let both = refusal(quote!(
            mod m {
                #[init]
                #[cleanup]
                fn a(c: &C) -> Answer {}
            }
        ));
        assert_eq!(both, "a function has one role in an extension");
        let method = refusal(quote!(
            mod m {
                #[operation("query:m.a.v1")]
                fn a(c: &C, i: u8) -> Answer {}
                #[operation("query:m.a.v1")]
                fn b(c: &C, i: u8) -> Answer {}
            }
        ));
        assert_eq!(method, "`query:m.a.v1` is already the function `a`");
    }
}
