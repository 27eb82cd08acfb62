//! `#[derive(Settings)]`: the JSON Schema of a struct's fields, and how they are read.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Map, Value, json};
use syn::{
    Data, DeriveInput, Error, Expr, ExprLit, Field, Fields, GenericArgument, Ident, Lit, LitStr,
    PathArguments, Result, Type, ext::IdentExt as _, parse2, spanned::Spanned,
};

/// The expansion of `#[derive(Settings)]`.
pub(crate) fn expand(input: TokenStream) -> Result<TokenStream> {
    let input: DeriveInput = parse2(input)?;
    let fields = named_fields(&input)?;
    let mut properties = Map::new();
    for field in fields {
        let name = field.ident.as_ref().map(json_name).unwrap_or_default();
        properties.insert(name, schema(field)?);
    }
    let schema = json!({ "type": "object", "properties": properties }).to_string();
    let name = &input.ident;
    let names: Vec<_> = fields.iter().filter_map(|field| field.ident.as_ref()).collect();
    let types: Vec<_> = fields.iter().map(|field| &field.ty).collect();
    let defaults = fields.iter().map(default_attribute).collect::<Result<Vec<_>>>()?;
    let expecting = format!("the settings `{name}`");
    Ok(quote! {
        impl ::spacedrive_sdk::Settings for #name {
            const SCHEMA: &'static str = #schema;
        }

        const _: () = {
            #[derive(::spacedrive_sdk::serde::Deserialize)]
            #[serde(crate = "::spacedrive_sdk::serde", expecting = #expecting)]
            struct Read {
                #(#defaults #names: #types,)*
            }

            impl<'de> ::spacedrive_sdk::serde::Deserialize<'de> for #name {
                fn deserialize<D: ::spacedrive_sdk::serde::Deserializer<'de>>(
                    from: D,
                ) -> ::core::result::Result<Self, D::Error> {
                    let Read { #(#names),* } =
                        <Read as ::spacedrive_sdk::serde::Deserialize>::deserialize(from)?;
                    ::core::result::Result::Ok(Self { #(#names),* })
                }
            }
        };
    })
}

/// Returns a name as it stands in JSON and in methods: that of `r#type` is `type`, as serde has it.
pub(crate) fn json_name(name: &Ident) -> String {
    name.unraw().to_string()
}

pub(crate) fn named_fields(
    input: &DeriveInput,
) -> Result<&syn::punctuated::Punctuated<Field, syn::Token![,]>> {
    let wrong = "this stands before a struct with named fields, without parameters";
    match &input.data {
        Data::Struct(data) if input.generics.params.is_empty() => match &data.fields {
            Fields::Named(fields) => Ok(&fields.named),
            _ => Err(Error::new(input.span(), wrong)),
        },
        _ => Err(Error::new(input.span(), wrong)),
    }
}

/// A list, an object and a secret list are empty while the host has no value for them. All others have a
/// default in the schema, which the host returns, or are an `Option`.
fn default_attribute(field: &Field) -> Result<TokenStream> {
    let shape = Shape::of(&field.ty)?;
    Ok(match shape {
        Shape::List(_) | Shape::Map(_) | Shape::Optional(_) => quote!(#[serde(default)]),
        _ => quote!(),
    })
}

/// What a field holds.
pub(crate) enum Shape<'a> {
    Text,
    Secret,
    Bool,
    /// The smallest and the largest value.
    Integer(i128, i128),
    Number,
    List(&'a Type),
    Map(&'a Type),
    Optional(&'a Type),
}

impl<'a> Shape<'a> {
    pub(crate) fn of(field: &'a Type) -> Result<Self> {
        let unknown = || {
            let message = "a field is a `String`, `bool`, number, `SecretText`, `Option`, `Vec` or \
                           `BTreeMap<String, …>` of these";
            Error::new(field.span(), message)
        };
        let Type::Path(path) = field else { return Err(unknown()) };
        let last = path.path.segments.last().ok_or_else(unknown)?;
        let mut inner = match &last.arguments {
            PathArguments::AngleBracketed(arguments) => arguments
                .args
                .iter()
                .filter_map(|it| if let GenericArgument::Type(it) = it { Some(it) } else { None })
                .collect(),
            _ => Vec::new(),
        };
        let item = inner.pop();
        match (last.ident.to_string().as_str(), item) {
            ("String", None) => Ok(Self::Text),
            ("SecretText", None) => Ok(Self::Secret),
            ("bool", None) => Ok(Self::Bool),
            ("f32" | "f64", None) => Ok(Self::Number),
            ("Vec", Some(item)) => Ok(Self::List(item)),
            ("BTreeMap" | "HashMap", Some(item)) => Ok(Self::Map(item)),
            ("Option", Some(item)) => Ok(Self::Optional(item)),
            (name, None) => integer(name).ok_or_else(unknown),
            _ => Err(unknown()),
        }
    }

    /// The schema of a value of this shape.
    pub(crate) fn schema(&self) -> Result<Map<String, Value>> {
        let value = match self {
            Self::Text => json!({ "type": "string" }),
            Self::Secret => json!({ "type": "string", "writeOnly": true }),
            Self::Bool => json!({ "type": "boolean" }),
            Self::Integer(least, most) => {
                let least = i64::try_from(*least).unwrap_or(i64::MIN);
                match u64::try_from(*most) {
                    Ok(most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
                    Err(_) => json!({ "type": "integer", "minimum": least }),
                }
            }
            Self::Number => json!({ "type": "number" }),
            Self::List(item) => {
                json!({ "type": "array", "items": Shape::of(item)?.schema()? })
            }
            Self::Map(item) => {
                json!({ "type": "object", "additionalProperties": Shape::of(item)?.schema()? })
            }
            Self::Optional(item) => return Shape::of(item)?.schema(),
        };
        Ok(value.as_object().cloned().unwrap_or_default())
    }
}

fn integer<'a>(name: &str) -> Option<Shape<'a>> {
    Some(match name {
        "u8" => Shape::Integer(0, u8::MAX.into()),
        "u16" => Shape::Integer(0, u16::MAX.into()),
        "u32" => Shape::Integer(0, u32::MAX.into()),
        "u64" => Shape::Integer(0, u64::MAX.into()),
        "i8" => Shape::Integer(i8::MIN.into(), i8::MAX.into()),
        "i16" => Shape::Integer(i16::MIN.into(), i16::MAX.into()),
        "i32" => Shape::Integer(i32::MIN.into(), i32::MAX.into()),
        "i64" => Shape::Integer(i64::MIN.into(), i64::MAX.into()),
        _ => return None,
    })
}

/// The schema of a field: its type, its documentation, and its attribute `#[setting(…)]`.
fn schema(field: &Field) -> Result<Value> {
    let shape = Shape::of(&field.ty)?;
    let mut schema = shape.schema()?;
    let description = documentation(field);
    if !description.is_empty() {
        schema.insert("description".to_owned(), description.into());
    }
    attributes("setting", field, &shape, &mut schema)?;
    let secret = schema.contains_key("writeOnly")
        || schema.get("items").is_some_and(|items| items.get("writeOnly").is_some());
    match shape {
        Shape::List(_) if !secret => drop(schema.entry("default").or_insert_with(|| json!([]))),
        Shape::Map(_) => drop(schema.entry("default").or_insert_with(|| json!({}))),
        Shape::Bool => drop(schema.entry("default").or_insert(false.into())),
        Shape::List(_) | Shape::Optional(_) => {}
        _ if schema.contains_key("default") => {}
        _ => {
            let message = "this may have no value: give it `#[setting(default = …)]`, or make it an \
                           `Option`";
            return Err(Error::new(field.span(), message));
        }
    }
    Ok(Value::Object(schema))
}

/// The lines of documentation, without a full stop at their end.
pub(crate) fn documentation(field: &Field) -> String {
    let docs = field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc"));
    let lines: Vec<String> = docs
        .filter_map(|attribute| match &attribute.meta.require_name_value().ok()?.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value().trim().to_owned()),
            _ => None,
        })
        .collect();
    let text = lines.join(" ");
    text.trim().trim_end_matches('.').to_owned()
}

/// Reads the attributes of a field that have this name into its schema.
pub(crate) fn attributes(
    name: &str,
    field: &Field,
    shape: &Shape<'_>,
    schema: &mut Map<String, Value>,
) -> Result<()> {
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident(name)) {
        attribute.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            let (keyword, value) = match name.as_str() {
                "title" | "pattern" => {
                    (name.as_str(), Value::from(meta.value()?.parse::<LitStr>()?.value()))
                }
                "default" => ("default", literal(shape, &meta.value()?.parse()?)?),
                "min" => ("minimum", literal(&Shape::Number, &meta.value()?.parse()?)?),
                "max" => ("maximum", literal(&Shape::Number, &meta.value()?.parse()?)?),
                "path" => ("format", "path".into()),
                "choices" => {
                    let content;
                    syn::parenthesized!(content in meta.input);
                    let choices = content
                        .parse_terminated(<LitStr as syn::parse::Parse>::parse, syn::Token![,])?;
                    ("enum", choices.iter().map(LitStr::value).collect())
                }
                _ => {
                    let known = "what stands here is `title`, `default`, `choices(…)`, `min`, \
                                 `max`, `pattern` or `path`";
                    return Err(meta.error(known));
                }
            };
            schema.insert(keyword.to_owned(), value);
            Ok(())
        })?;
    }
    Ok(())
}

/// A literal as JSON. A list or an object is written as a text of JSON.
fn literal(shape: &Shape<'_>, expression: &Expr) -> Result<Value> {
    let wrong = || Error::new(expression.span(), "a value is a literal");
    let text = quote!(#expression).to_string().replace(' ', "");
    let json = match (shape, expression) {
        (Shape::List(_) | Shape::Map(_), Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => {
            text.value()
        }
        (_, Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => return Ok(text.value().into()),
        _ => text.replace('_', ""),
    };
    serde_json::from_str(&json).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(tokens: TokenStream) -> std::result::Result<Value, String> {
        let input: DeriveInput = parse2(tokens).unwrap();
        let fields = named_fields(&input).map_err(|error| error.to_string())?;
        let schemas = fields.iter().map(|field| {
            let schema = schema(field).map_err(|error| error.to_string())?;
            Ok((field.ident.as_ref().unwrap().to_string(), schema))
        });
        schemas.collect::<std::result::Result<Map<_, _>, String>>().map(Value::Object)
    }

    #[test]
    fn the_schema_comes_from_types_documentation_and_attributes() {
        let schema = expanded(quote! {
            struct Preferences {
                /// Lines to show,
                /// at most.
                #[setting(default = 3, min = 1, max = 1_000)]
                lines: u16,
                #[setting(title = "Home currency", default = "EUR", choices("EUR", "USD"))]
                currency: String,
                #[setting(path)]
                folder: Option<String>,
                passwords: Vec<SecretText>,
                #[setting(default = r#"{"tram": "travel"}"#)]
                rules: std::collections::BTreeMap<String, String>,
                loud: bool,
                #[setting(default = -0.5)]
                offset: f64,
            }
        });
        let expected = json!({
            "lines": { "type": "integer", "minimum": 1, "maximum": 1000, "default": 3,
                "description": "Lines to show, at most" },
            "currency": { "type": "string", "title": "Home currency", "default": "EUR",
                "enum": ["EUR", "USD"] },
            "folder": { "type": "string", "format": "path" },
            "passwords": { "type": "array", "items": { "type": "string", "writeOnly": true } },
            "rules": { "type": "object", "additionalProperties": { "type": "string" },
                "default": { "tram": "travel" } },
            "loud": { "type": "boolean", "default": false },
            "offset": { "type": "number", "default": -0.5 },
        });
        assert_eq!(schema.unwrap(), expected);
    }

    #[test]
    fn a_keyword_has_the_name_by_which_it_is_read() {
        let code = expand(quote! {
            struct Preferences {
                r#type: Option<String>,
            }
        });
        let code = code.unwrap().to_string();
        assert!(code.contains(r#"\"properties\":{\"type\":"#), "{code}");
        assert!(code.contains("r#type : Option < String >"), "{code}");
    }

    #[test]
    fn mistakes_say_what_to_write() {
        for (tokens, says) in [
            (
                quote!(
                    struct A {
                        a: u8,
                    }
                ),
                "give it `#[setting(default = …)]`",
            ),
            (
                quote!(
                    struct A {
                        a: SecretText,
                    }
                ),
                "make it an `Option`",
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
                    struct A(u8);
                ),
                "a struct with named fields",
            ),
            (
                quote!(
                    struct A<T> {
                        a: T,
                    }
                ),
                "a struct with named fields",
            ),
            (
                quote!(
                    struct A {
                        #[setting(defualt = 1)]
                        a: u8,
                    }
                ),
                "what stands here is",
            ),
            (
                quote!(
                    struct A {
                        #[setting(default = x)]
                        a: u8,
                    }
                ),
                "a value is a literal",
            ),
        ] {
            let error = expanded(tokens.clone()).unwrap_err();
            assert!(error.contains(says), "{tokens}: {error}");
        }
    }
}
