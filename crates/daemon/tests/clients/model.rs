//! The operations and types of an OpenRPC document, as the generators of clients need them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// An operation.
pub(crate) struct Operation {
    pub(crate) method: String,
    pub(crate) summary: String,
    pub(crate) needs_library: bool,
    pub(crate) input: Shape,
    pub(crate) output: Shape,
}

/// A type without a name, or the name of one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    Any,
    Null,
    Text,
    Integer,
    Number,
    Truth,
    /// Bytes in base64.
    Bytes,
    Constant(String),
    Named(String),
    List(Box<Shape>),
    Pair(Box<Shape>),
    /// An object of any keys.
    Map(Box<Shape>),
    Object(Vec<Field>),
    Union(Vec<Shape>),
}

/// A field of an object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) words: String,
    pub(crate) is_required: bool,
    pub(crate) shape: Shape,
}

/// A type with a name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Named {
    pub(crate) words: String,
    pub(crate) shape: Shape,
}

#[derive(Default)]
pub(crate) struct Model {
    pub(crate) operations: Vec<Operation>,
    pub(crate) types: BTreeMap<String, Named>,
}

impl Model {
    pub(crate) fn of(document: &Value) -> Self {
        let mut model = Self::default();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        for (key, schema) in schemas {
            model.add_type(name_of(key), schema);
        }
        for method in document["methods"].as_array().unwrap() {
            model.add_operation(method);
        }
        model
    }

    fn add_operation(&mut self, method: &Value) {
        let params = method["params"].as_array().unwrap();
        let param = |name: &str| params.iter().find(|param| param["name"] == name);
        let input = self.add_root(&param("input").unwrap()["schema"]);
        let output = self.add_root(&method["result"]["schema"]);
        self.operations.push(Operation {
            method: text(&method["name"]),
            summary: text(&method["summary"]),
            needs_library: param("library").is_some_and(|param| param["required"] == true),
            input,
            output,
        });
    }

    /// Names the type of an input or an output by its title.
    fn add_root(&mut self, schema: &Value) -> Shape {
        match schema["title"].as_str() {
            Some(title) if schema["properties"].is_object() || schema["oneOf"].is_array() => {
                self.add_type(title, schema);
                Shape::Named(title.to_owned())
            }
            _ => shape(schema),
        }
    }

    fn add_type(&mut self, name: &str, schema: &Value) {
        let named = Named { words: text(&schema["description"]), shape: shape(schema) };
        if let Some(other) = self.types.insert(name.to_owned(), named.clone()) {
            assert_eq!(other, named, "two types have the name {name}: rename one of them");
        }
    }
}

/// Returns the name at the end of a key of the components.
fn name_of(key: &str) -> &str {
    key.rsplit(['.', '/']).next().unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn shape(schema: &Value) -> Shape {
    let Some(fields) = schema.as_object() else { return Shape::Any };
    if let Some(reference) = fields.get("$ref") {
        return Shape::Named(name_of(reference.as_str().unwrap()).to_owned());
    }
    if let Some(constant) = fields.get("const") {
        return Shape::Constant(constant.as_str().unwrap().to_owned());
    }
    let unions = ["oneOf", "anyOf"].iter().find_map(|key| fields.get(*key)?.as_array());
    match (unions, fields.get("type")) {
        (Some(members), _) => union(members),
        (_, Some(Value::Array(types))) => {
            Shape::Union(types.iter().map(|name| of_type(name.as_str().unwrap(), fields)).collect())
        }
        (_, Some(Value::String(name))) => of_type(name, fields),
        _ => Shape::Any,
    }
}

fn union(members: &[Value]) -> Shape {
    // Bytes are base64, or a place in an envelope, which JSON-RPC does not have.
    let is_bytes = members.iter().any(|member| member["contentEncoding"] == "base64");
    if is_bytes { Shape::Bytes } else { Shape::Union(members.iter().map(shape).collect()) }
}

fn of_type(name: &str, fields: &Map<String, Value>) -> Shape {
    match name {
        "null" => Shape::Null,
        "string" => Shape::Text,
        "integer" => Shape::Integer,
        "number" => Shape::Number,
        "boolean" => Shape::Truth,
        "array" => list(fields),
        "object" => object(fields),
        other => panic!("there is no type {other}"),
    }
}

fn list(fields: &Map<String, Value>) -> Shape {
    let items = Box::new(fields.get("items").map_or(Shape::Any, shape));
    let is_pair = ["minItems", "maxItems"].iter().all(|key| fields.get(*key) == Some(&2.into()));
    if is_pair { Shape::Pair(items) } else { Shape::List(items) }
}

fn object(fields: &Map<String, Value>) -> Shape {
    let Some(properties) = fields.get("properties").and_then(Value::as_object) else {
        return match fields.get("additionalProperties") {
            Some(Value::Bool(false)) => Shape::Object(Vec::new()),
            Some(values) => Shape::Map(Box::new(shape(values))),
            None => Shape::Map(Box::new(Shape::Any)),
        };
    };
    let required = fields.get("required").and_then(Value::as_array);
    let field = |(name, schema): (&String, &Value)| Field {
        name: name.clone(),
        words: text(&schema["description"]),
        is_required: required.is_some_and(|names| names.iter().any(|it| it == name)),
        shape: shape(schema),
    };
    Shape::Object(properties.iter().map(field).collect())
}
