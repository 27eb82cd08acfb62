//! The operations that extensions may call, in the form in which their SDKs are generated.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Field, Model, Operation, Shape};

/// A type as a compiled language has it: what has no fixed fields is JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// Text that is one of a few words, by the name of its type.
    Word(String),
    Bytes,
    Integer,
    Number,
    Truth,
    Json,
    /// An object of any keys.
    Map,
    Object(String),
    List(Box<Kind>),
}

/// A field of an object.
pub(crate) struct Member<'a> {
    pub(crate) name: &'a str,
    pub(crate) words: String,
    /// True when it may be left out, or be `null`.
    pub(crate) is_optional: bool,
    pub(crate) kind: Kind,
}

/// An object with a name.
pub(crate) struct Object<'a> {
    pub(crate) name: &'a str,
    pub(crate) words: String,
    pub(crate) members: Vec<Member<'a>>,
}

/// A type whose values are a few words.
pub(crate) struct Words<'a> {
    pub(crate) name: &'a str,
    pub(crate) words: String,
    pub(crate) values: Vec<&'a str>,
}

/// An operation that an extension may call.
pub(crate) struct Call<'a> {
    pub(crate) method: &'a str,
    pub(crate) words: String,
    pub(crate) needs_library: bool,
    /// Name of the type of its input; `None` when it takes none.
    pub(crate) input: Option<&'a str>,
    pub(crate) output: &'a str,
}

impl Call<'_> {
    /// Returns the family and the name of the operation: `vdfs`, `create_entry`.
    pub(crate) fn names(&self) -> (&str, &str) {
        let mut parts = self.method.split([':', '.']).skip(1);
        (parts.next().unwrap(), parts.next().unwrap())
    }
}

/// All that an SDK for extensions is generated from.
pub(crate) struct Guest<'a> {
    pub(crate) calls: Vec<Call<'a>>,
    /// Each after those that it has as fields.
    pub(crate) objects: Vec<Object<'a>>,
    pub(crate) words: Vec<Words<'a>>,
}

impl<'a> Guest<'a> {
    pub(crate) fn of(model: &'a Model, is_offered: impl Fn(&str) -> bool) -> Self {
        let operations = model.operations.iter().filter(|it| is_offered(&it.method));
        let mut calls: Vec<_> = operations.map(|operation| call(operation, model)).collect();
        calls.sort_by(|one, other| one.names().cmp(&other.names()));
        let mut all = Closure::new(model);
        calls
            .iter()
            .flat_map(|call| call.input.into_iter().chain([call.output]))
            .for_each(|it| all.add(it));
        // What extensions receive with an event.
        all.add("Entry");
        let object = |name: &&'a str| Object {
            name,
            words: plain(&model.types[*name].words),
            members: members(fields(model, name), model),
        };
        let objects = all.order.iter().map(object).collect();
        Self { calls, objects, words: words(model, &all.words) }
    }

    /// Returns the operations of each family, which stand together.
    pub(crate) fn calls_by_family(&self) -> Vec<&[Call<'a>]> {
        self.calls.chunk_by(|one, next| one.names().0 == next.names().0).collect()
    }
}

fn call<'a>(operation: &'a Operation, model: &'a Model) -> Call<'a> {
    let name = |shape: &'a Shape| match shape {
        Shape::Named(name) if !fields(model, name).is_empty() => Some(name.as_str()),
        _ => None,
    };
    Call {
        method: &operation.method,
        words: plain(&operation.summary),
        needs_library: operation.needs_library,
        input: name(&operation.input),
        output: name(&operation.output).expect("each output is an object with a name"),
    }
}

fn fields<'a>(model: &'a Model, name: &str) -> &'a [Field] {
    match &model.types[name].shape {
        Shape::Object(fields) => fields,
        _ => &[],
    }
}

fn members<'a>(fields: &'a [Field], model: &Model) -> Vec<Member<'a>> {
    let member = |field: &'a Field| Member {
        name: &field.name,
        words: plain(&field.words),
        is_optional: !field.is_required || is_nullable(&field.shape),
        kind: kind(&field.shape, model),
    };
    fields.iter().map(member).collect()
}

fn is_nullable(shape: &Shape) -> bool {
    matches!(shape, Shape::Union(members) if members.contains(&Shape::Null))
}

fn kind(shape: &Shape, model: &Model) -> Kind {
    match shape {
        Shape::Text | Shape::Constant(_) => Kind::Text,
        Shape::Bytes => Kind::Bytes,
        Shape::Integer => Kind::Integer,
        Shape::Number => Kind::Number,
        Shape::Truth => Kind::Truth,
        Shape::List(items) | Shape::Pair(items) => Kind::List(Box::new(kind(items, model))),
        Shape::Named(name) => match &model.types[name].shape {
            Shape::Object(_) => Kind::Object(name.clone()),
            shape if constants(shape).is_some() => Kind::Word(name.clone()),
            shape => kind(shape, model),
        },
        Shape::Union(members) => {
            let mut members = members.iter().filter(|member| **member != Shape::Null);
            match (members.next(), members.next()) {
                (Some(only), None) => kind(only, model),
                _ => Kind::Json,
            }
        }
        Shape::Map(_) => Kind::Map,
        Shape::Any | Shape::Null | Shape::Object(_) => Kind::Json,
    }
}

/// Returns the words of a union of nothing else.
fn constants(shape: &Shape) -> Option<Vec<&str>> {
    let Shape::Union(members) = shape else { return None };
    members.iter().map(constant).collect()
}

fn constant(shape: &Shape) -> Option<&str> {
    if let Shape::Constant(word) = shape { Some(word) } else { None }
}

fn words<'a>(model: &'a Model, names: &BTreeSet<String>) -> Vec<Words<'a>> {
    let types: BTreeMap<_, _> = model.types.iter().filter(|(it, _)| names.contains(*it)).collect();
    let words = types.into_iter().filter_map(|(name, named)| {
        let values = constants(&named.shape)?;
        Some(Words { name, words: plain(&named.words), values })
    });
    words.collect()
}

/// The objects and words that a type is made of.
struct Closure<'a> {
    model: &'a Model,
    order: Vec<&'a str>,
    words: BTreeSet<String>,
}

impl<'a> Closure<'a> {
    const fn new(model: &'a Model) -> Self {
        Self { model, order: Vec::new(), words: BTreeSet::new() }
    }

    /// Adds an object behind those of its fields; no object is within itself.
    fn add(&mut self, name: &str) {
        if self.order.contains(&name) {
            return;
        }
        let (name, _) = self.model.types.get_key_value(name).unwrap();
        for field in fields(self.model, name) {
            self.add_kind(&kind(&field.shape, self.model));
        }
        self.order.push(name);
    }

    fn add_kind(&mut self, kind: &Kind) {
        match kind {
            Kind::Object(name) => self.add(name),
            Kind::List(items) => self.add_kind(items),
            Kind::Word(name) => drop(self.words.insert(name.clone())),
            _ => {}
        }
    }
}

/// Returns a text on one line, without the links of Rust's documentation.
fn plain(words: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    words.replace("[`", "`").replace("`](", "` (").replace("`]", "`")
}

/// Returns a name of the form `ListEntries` as `list_entries`.
pub(crate) fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// Returns a name of the form `list_entries` as `ListEntries`.
pub(crate) fn pascal(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|it| it.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('_').map(capital).collect()
}

/// Breaks a text into lines of comments of at most 100 characters.
pub(crate) fn comment(words: &str, mark: &str) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() && mark.len() + line.len() + word.len() + 2 > 100 {
            lines += &format!("{mark} {line}\n");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line += word;
    }
    if !line.is_empty() {
        lines += &format!("{mark} {line}\n");
    }
    lines
}

/// Returns a name of the form `list_entries` as `listEntries`.
pub(crate) fn camel(name: &str) -> String {
    let pascal = pascal(name);
    pascal[..1].to_lowercase() + &pascal[1..]
}

/// Returns the end of the name of a constant, for words that are signs as well.
pub(crate) fn constant_name(value: &str) -> String {
    match value {
        "=" => "equal".into(),
        "!=" => "not_equal".into(),
        "<" => "less".into(),
        "<=" => "at_most".into(),
        ">" => "more".into(),
        ">=" => "at_least".into(),
        ":" => "has".into(),
        word => word.to_lowercase(),
    }
}
