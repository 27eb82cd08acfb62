//! The schema of a tool's arguments: the operation's input, and its library.

use serde_json::{Map, Value, json};

use crate::{Arguments, Offered};

/// Makes the schema of the arguments.
pub(crate) fn of(offered: &Offered) -> Arguments {
    let mut input = offered.input.clone().unwrap_or_else(|| json!({ "type": "object" }));
    // References are written from the root of a schema.
    let definitions = input.as_object_mut().and_then(|input| input.remove("$defs"));
    if let Some(input) = input.as_object_mut() {
        input.remove("$schema");
    }
    let mut properties = Map::new();
    let mut required = Vec::new();
    if offered.needs_library != Some(false) {
        let description = "The library: its name or its id. It may be left out when there is one.";
        properties
            .insert("library".into(), json!({ "type": "string", "description": description }));
    }
    if needs_input(&input) {
        required.push("input");
    }
    properties.insert("input".into(), input);
    let mut schema = Map::new();
    schema.insert("type".into(), "object".into());
    schema.insert("properties".into(), properties.into());
    schema.insert("required".into(), json!(required));
    schema.insert("additionalProperties".into(), false.into());
    schema.extend(definitions.map(|definitions| ("$defs".to_owned(), definitions)));
    schema
}

fn needs_input(input: &Value) -> bool {
    input["required"].as_array().is_some_and(|required| !required.is_empty())
}
