//! `#[derive(Input)]`: the JSON Schema of an operation's input, and how it is read.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value, json};
use syn::{DeriveInput, Error, Field, Ident, Result, parse2, spanned::Spanned};

use crate::settings::{Shape, attributes, documentation, json_name, named_fields};

/// A field: its schema, and how it is read when it is left out.
struct Described {
    schema: Map<String, Value>,
    required: bool,
    /// The attribute of serde.
    attribute: TokenStream,
    /// The function that makes the default.
    default: TokenStream,
}

/// The expansion of `#[derive(Input)]`.
pub(crate) fn expand(input: TokenStream) -> Result<TokenStream> {
    let input: DeriveInput = parse2(input)?;
    let fields = named_fields(&input)?;
    let described = fields.iter().map(describe).collect::<Result<Vec<_>>>()?;
    let names: Vec<&Ident> = fields.iter().filter_map(|field| field.ident.as_ref()).collect();
    let schema = schema(&names, &described);
    let types = fields.iter().map(|field| &field.ty);
    let attributes = described.iter().map(|field| &field.attribute);
    let defaults = described.iter().map(|field| &field.default);
    let name = &input.ident;
    let expecting = format!("the input `{name}`");
    Ok(quote! {
        impl ::spacedrive_sdk::Input for #name {
            const SCHEMA: &'static str = #schema;
        }

        const _: () = {
            #(#defaults)*

            #[derive(::spacedrive_sdk::serde::Deserialize)]
            #[serde(crate = "::spacedrive_sdk::serde", expecting = #expecting, deny_unknown_fields)]
            struct __Input {
                #(#attributes #names: #types,)*
            }

            impl<'de> ::spacedrive_sdk::serde::Deserialize<'de> for #name {
                fn deserialize<D: ::spacedrive_sdk::serde::Deserializer<'de>>(
                    from: D,
                ) -> ::core::result::Result<Self, D::Error> {
                    let __Input { #(#names),* } =
                        <__Input as ::spacedrive_sdk::serde::Deserialize>::deserialize(from)?;
                    ::core::result::Result::Ok(Self { #(#names),* })
                }
            }
        };
    })
}

fn schema(names: &[&Ident], fields: &[Described]) -> String {
    let named = || names.iter().map(|name| json_name(name)).zip(fields);
    let properties: Map<String, Value> =
        named().map(|(name, field)| (name, Value::Object(field.schema.clone()))).collect();
    let required: Vec<String> =
        named().filter(|(_, field)| field.required).map(|(name, _)| name).collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    schema.to_string()
}

fn describe(field: &Field) -> Result<Described> {
    let shape = Shape::of(&field.ty)?;
    let mut schema = shape.schema()?;
    let description = documentation(field);
    if !description.is_empty() {
        schema.insert("description".to_owned(), description.into());
    }
    attributes("input", field, &shape, &mut schema)?;
    let is_container = matches!(shape, Shape::List(_) | Shape::Map(_) | Shape::Optional(_));
    let (attribute, default) = match schema.get("default") {
        Some(_) if is_container => {
            let message = "a list, a map and an `Option` are empty when they are left out";
            return Err(Error::new(field.span(), message));
        }
        Some(value) => given_default(field, value)?,
        None if is_container || matches!(shape, Shape::Bool) => {
            (quote!(#[serde(default)]), quote!())
        }
        None => (quote!(), quote!()),
    };
    let required = attribute.is_empty();
    Ok(Described { schema, required, attribute, default })
}

/// The attribute of serde and the function for a default that the author wrote.
fn given_default(field: &Field, value: &Value) -> Result<(TokenStream, TokenStream)> {
    let name =
        field.ident.as_ref().ok_or_else(|| Error::new(field.span(), "a field has a name"))?;
    let function = format_ident!("__default_{}", name);
    let path = function.to_string();
    let ty = &field.ty;
    let value = match value {
        Value::String(text) => quote!(::core::convert::From::from(#text)),
        value => value.to_string().parse().map_err(|error| Error::new(field.span(), error))?,
    };
    Ok((
        quote!(#[serde(default = #path)]),
        quote! {
            fn #function() -> #ty {
                #value
            }
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_says_what_has_to_be_given() {
        let code = expand(quote! {
            struct Search {
                /// Words to look for.
                text: String,
                #[input(default = 20, max = 100)]
                limit: u32,
                #[input(default = "name", choices("name", "date"))]
                order: String,
                password: Option<SecretText>,
                tags: Vec<String>,
                exact: bool,
            }
        });
        let code = code.unwrap().to_string();
        assert!(code.contains(r#"\"required\":[\"text\"]"#), "{code}");
        assert!(code.contains(r#"\"description\":\"Words to look for\""#), "{code}");
        assert!(code.contains(r#"\"writeOnly\":true"#), "{code}");
        assert!(code.contains("fn __default_limit () -> u32 { 20 }"), "{code}");
        assert!(code.contains("deny_unknown_fields"), "{code}");
    }

    #[test]
    fn mistakes_say_what_to_write() {
        for (tokens, says) in [
            (
                quote!(
                    struct A {
                        #[input(default = "[]")]
                        a: Vec<String>,
                    }
                ),
                "are empty when",
            ),
            (
                quote!(
                    struct A {
                        a: Instant,
                    }
                ),
                "a field is a `String`",
            ),
            (
                quote!(
                    enum A {
                        B,
                    }
                ),
                "a struct with named fields",
            ),
            (
                quote!(
                    struct A {
                        #[input(defualt = 1)]
                        a: u8,
                    }
                ),
                "what stands here is",
            ),
        ] {
            let error = expand(tokens.clone()).unwrap_err().to_string();
            assert!(error.contains(says), "{tokens}: {error}");
        }
    }
}
