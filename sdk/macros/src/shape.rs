//! Checks of the functions that are marked as handlers.

use proc_macro2::{Span, TokenStream};
use syn::{Error, FnArg, ItemFn, Lit, Result, ReturnType, Signature, Type, parse2};

/// Types that are no result whatever a program calls its own: those of the language and its prelude.
const NO_RESULTS: &[&str] = &[
    "bool", "char", "str", "String", "Vec", "Option", "Box", "u8", "u16", "u32", "u64", "u128",
    "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64",
];

/// Checks what the compiler would only complain about inside generated code: `least` parameters or all, and
/// a result.
pub(crate) fn check_shape(signature: &Signature, least: usize, parameters: &[&str]) -> Result<()> {
    let refuse = |reason: &str| Err(Error::new(signature.ident.span(), reason));
    if signature.unsafety.is_some() {
        return refuse("a handler is not `unsafe`");
    }
    if !signature.generics.params.is_empty() {
        return refuse("a handler has no generic parameters: its types are what crosses");
    }
    let starts_with_client = signature.inputs.first().is_none_or(is_reference);
    if !starts_with_client || !(least..=parameters.len()).contains(&signature.inputs.len()) {
        let expected = parameters.join(", ");
        let shorter = parameters.get(..least).unwrap_or_default().join(", ");
        let or =
            if least < parameters.len() { format!(", or `({shorter})`") } else { String::new() };
        return refuse(&format!("this handler's parameters are `({expected})`{or}"));
    }
    match is_no_result(&signature.output) {
        true => refuse("a handler returns a `Result`, as in `-> Result<()>`"),
        false => Ok(()),
    }
}

/// Returns true for a parameter that a client may be.
fn is_reference(parameter: &FnArg) -> bool {
    matches!(parameter, FnArg::Typed(typed) if matches!(*typed.ty, Type::Reference(_)))
}

/// Returns true if a function surely returns no result; the name of a type may be the author's own.
fn is_no_result(output: &ReturnType) -> bool {
    let ReturnType::Type(_, output) = output else { return true };
    match &**output {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|name| NO_RESULTS.iter().any(|known| name.ident == known)),
        Type::Tuple(_) | Type::Reference(_) | Type::Array(_) | Type::Slice(_) => true,
        _ => false,
    }
}

/// Returns the mistake in `#[operation]` before a function that stands in no marked module.
pub(crate) fn stray_operation(arguments: TokenStream, function: TokenStream) -> Error {
    let method = parse2::<Lit>(arguments).ok();
    let is_action =
        |lit: &Lit| matches!(lit, Lit::Str(text) if text.value().starts_with("action:"));
    let mark = if method.as_ref().is_some_and(is_action) { "action" } else { "query" };
    let at =
        parse2::<ItemFn>(function).map_or_else(|_| Span::call_site(), |it| it.sig.ident.span());
    let argument = match &method {
        Some(Lit::Str(text)) => format!("(\"{}\")", text.value()),
        _ => String::new(),
    };
    let message = format!(
        "`#[operation]` belongs into a module that is marked `#[extension]`: before a plain function stands \
         `#[{mark}{argument}]`"
    );
    Error::new(at, message)
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn check(function: TokenStream) -> String {
        let function: ItemFn = parse2(function).unwrap();
        let parameters = ["client: &SpacedriveClient", "event: Event"];
        check_shape(&function.sig, 2, &parameters)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn what_is_surely_no_result_is_refused_and_names_of_authors_are_taken() {
        for output in [
            quote!(),
            quote!(-> ()),
            quote!(-> bool),
            quote!(-> std::vec::Vec<u8>),
            quote!(-> &str),
        ] {
            let said = check(quote!(fn f(c: &C, e: Event) #output { }));
            assert!(said.starts_with("a handler returns a `Result`"), "{output}: {said}");
        }
        for output in [quote!(-> Result<()>), quote!(-> my::Outcome), quote!(-> anyhow::Result<u8>)]
        {
            assert_eq!(check(quote!(fn f(c: &C, e: Event) #output { })), "", "{output}");
        }
    }

    #[test]
    fn the_client_comes_first() {
        let parameters =
            "this handler's parameters are `(client: &SpacedriveClient, event: Event)`";
        assert_eq!(
            check(quote!(
                fn f(e: Event, c: &C) -> Result<()> {}
            )),
            parameters
        );
        assert_eq!(
            check(quote!(
                fn f(&self, e: Event) -> Result<()> {}
            )),
            parameters
        );
    }

    #[test]
    fn a_stray_operation_is_told_which_attribute_is_right() {
        let function = quote!(
            fn f() {}
        );
        for (arguments, right) in [
            (quote!("query:a.b.v1"), "`#[query(\"query:a.b.v1\")]`"),
            (quote!("action:a.b.input.v1"), "`#[action(\"action:a.b.input.v1\")]`"),
            (quote!(), "`#[query]`"),
        ] {
            let said = stray_operation(arguments, function.clone()).to_string();
            assert!(said.ends_with(right), "{said}");
        }
    }
}
