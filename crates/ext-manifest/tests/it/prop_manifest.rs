//! Whatever stands in a manifest.

use ext_manifest::{Manifest, MethodPattern};
use ext_wire::Method;
use proptest::prelude::*;
use serde_json::{Value, json};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{1,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_pattern() -> impl Strategy<Value = String> {
    (
        "(query:|action:|)",
        "[a-z]{1,3}(\\.[a-z]{1,3}){0,2}",
        "(|\\.|\\.\\*|\\.v[0-9]{1,2}|\\.input\\.v[1-9])",
    )
        .prop_map(|(kind, name, end)| format!("{kind}{name}{end}"))
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        prop_assert!(Manifest::parse(&bytes).is_err());
    }

    #[test]
    fn a_field_with_any_value_is_refused_or_survives_being_written(
        pointer in prop::sample::select(vec![
            "/id", "/name", "/version", "/description", "/homepage", "/abi_version", "/wasm_file", "/permissions",
            "/permissions/methods", "/permissions/libraries", "/permissions/allowed_domains", "/events",
            "/operations", "/commands", "/commands/0/commands/0/arguments",
            "/commands/0/commands/0/columns", "/limits", "/limits/memory_mb",
        ]),
        value in any_json(),
    ) {
        if let Ok(manifest) = crate::common::parse(&crate::common::with(pointer, value)) {
            let written = serde_json::to_vec(&manifest).unwrap();
            prop_assert_eq!(Manifest::parse(&written).unwrap(), manifest);
        }
    }

    #[test]
    fn patterns_survive_being_printed(text in any_pattern()) {
        if let Ok(pattern) = MethodPattern::parse(&text) {
            prop_assert_eq!(MethodPattern::parse(&pattern.to_string()).unwrap(), pattern);
        }
    }

    #[test]
    fn every_method_is_a_pattern_that_matches_itself_only(
        one in "(query:[a-c]\\.[a-c]\\.v[1-2]|action:[a-c]\\.[a-c]\\.input\\.v[1-2])",
        other in "(query:[a-c]\\.[a-c]\\.v[1-2]|action:[a-c]\\.[a-c]\\.input\\.v[1-2])",
    ) {
        let pattern = MethodPattern::parse(&one).unwrap();
        prop_assert_eq!(pattern.matches(Method::parse(&other).unwrap()), one == other);
    }
}
