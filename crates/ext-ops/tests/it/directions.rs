//! Inputs refuse fields that they do not know, outputs ignore them: for each registered operation,
//! in its schemas and in what its types read.

use std::collections::BTreeMap;

use ext_registry::Registry;
use ext_testing::{Instances, is_closed, objects};
use ext_wire::{
    Wire, body,
    body::{BlobStyle, BodyError},
    ops::{self, Visitor},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// As many as the longest list of alternatives has.
const VARIANTS: usize = 6;

/// Input and output of all built-in operations, by method.
fn schemas() -> BTreeMap<&'static str, (Value, Value)> {
    ext_ops::link();
    let registry = Registry::collect().unwrap();
    let schemas = registry
        .catalogue()
        .map(|operation| (operation.method, (json!(operation.input), json!(operation.output))));
    schemas.collect()
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, BodyError> {
    body::decode(value.to_string().into())
}

fn write<T: Serialize>(value: &T) -> Value {
    serde_json::from_slice(&body::encode(value, BlobStyle::Base64).unwrap()).unwrap()
}

#[test]
fn json_10_schemas_of_inputs_are_closed_and_those_of_outputs_open() {
    for (method, (input, output)) in schemas() {
        for object in objects(&input) {
            assert!(is_closed(object), "the input of {method} takes unknown fields: {object}");
        }
        for object in objects(&output) {
            assert!(!is_closed(object), "the output of {method} cannot grow: {object}");
        }
    }
}

/// Reads instances of each operation's input and output, with and without an unknown field.
struct Reader {
    schemas: BTreeMap<&'static str, (Value, Value)>,
    refused: usize,
    ignored: usize,
}

impl Reader {
    fn read_input<T: DeserializeOwned>(
        &mut self,
        method: &str,
        instances: Instances<'_>,
        n: usize,
    ) {
        let known = instances.full(n);
        read::<T>(&known).unwrap_or_else(|error| panic!("{method}: {error}: {known}"));
        for unknown in instances.with_unknown_field(n) {
            assert!(read::<T>(&unknown).is_err(), "{method}: {unknown}");
            self.refused += 1;
        }
    }

    fn read_output<T>(&mut self, method: &str, instances: Instances<'_>, n: usize)
    where
        T: DeserializeOwned + Serialize,
    {
        let known = write(&read::<T>(&instances.full(n)).unwrap());
        for unknown in instances.with_unknown_field(n) {
            let output = read::<T>(&unknown);
            let output = output.unwrap_or_else(|error| panic!("{method}: {error}: {unknown}"));
            assert_eq!(write(&output), known, "{method}");
            self.ignored += 1;
        }
    }
}

impl Visitor for Reader {
    fn visit<W: Wire>(&mut self) {
        let (input, output) = self.schemas.remove(W::METHOD).expect("it is registered");
        for n in 0..VARIANTS {
            self.read_input::<W::Input>(W::METHOD, Instances::of(&input), n);
            self.read_output::<W::Output>(W::METHOD, Instances::of(&output), n);
        }
    }
}

#[test]
fn json_10_inputs_refuse_unknown_fields_and_outputs_ignore_them() {
    let mut reader = Reader { schemas: schemas(), refused: 0, ignored: 0 };
    ops::visit_all(&mut reader);
    assert!(reader.schemas.is_empty(), "registered and not declared: {:?}", reader.schemas.keys());
    assert!(reader.refused > 200 && reader.ignored > 200, "the schemas were not understood");
}

/// Lists the alternatives of a schema, at any depth.
fn alternatives(schema: &Value) -> Vec<&Vec<Value>> {
    let (own, below): (Vec<_>, Vec<_>) = match schema {
        Value::Object(map) => (
            ["anyOf", "oneOf"].iter().filter_map(|key| map.get(*key)?.as_array()).collect(),
            map.values().collect(),
        ),
        Value::Array(items) => (Vec::new(), items.iter().collect()),
        _ => Default::default(),
    };
    own.into_iter().chain(below.into_iter().flat_map(alternatives)).collect()
}

/// Returns true if a value says which alternative it is: by its type, or by a field with one value.
fn is_tagged(alternative: &Value) -> bool {
    let fields = alternative["properties"].as_object();
    let tag = |field: &Value| field.get("const").is_some();
    fields.is_none_or(|fields| fields.values().any(tag) || fields.contains_key("$blob"))
}

#[test]
fn json_11_no_input_is_chosen_by_its_fields() {
    let mut seen = 0;
    for (method, (input, _)) in schemas() {
        for alternatives in alternatives(&input) {
            seen += 1;
            let objects: Vec<_> = alternatives.iter().filter(|it| it["type"] == "object").collect();
            let one = objects.len() < 2;
            assert!(one || objects.iter().all(|it| is_tagged(it)), "{method}: {alternatives:?}");
        }
    }
    assert!(seen > 3, "the schemas were not understood");
}
