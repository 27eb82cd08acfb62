//! The engine against an independent oracle, and the laws of permissions.

use ext_manifest::{Manifest, MethodPattern};
use ext_perm::{Audience, Engine};
use ext_wire::Method;
use proptest::{prelude::*, sample::select};
use serde_json::json;
use uuid::Uuid;

/// Each case asks all of these.
const CALLS: usize = 64;
/// 2048 manifests with 64 calls each: 131072 decisions.
const CASES: u32 = 2048;

/// What a manifest grants, as its author wrote it.
#[derive(Debug, Clone)]
struct Grants {
    methods: Vec<String>,
    libraries: Vec<String>,
}

#[derive(Debug, Clone)]
struct Call {
    method: String,
    library: Option<Uuid>,
    audience: Audience,
}

/// The oracle: lists every pattern that would grant the call, and looks whether the manifest has one.
fn oracle(grants: &Grants, call: &Call) -> bool {
    let (kind, rest) = call.method.split_once(':').unwrap();
    let versionless = rest.rsplit_once(".v").unwrap().0;
    let name =
        if kind == "action" { versionless.strip_suffix(".input").unwrap() } else { versionless };
    let families = name
        .match_indices('.')
        .flat_map(|(at, _)| [format!("{}.", &name[..at]), format!("{}.*", &name[..at])]);
    // `query:ai.ocr.v1` is that method, never all versions of one that is called `ai.ocr.v1`.
    let exact = Some(name.to_owned()).filter(|name| !name.ends_with(".v1"));
    let unkinded: Vec<String> = families.chain(exact).collect();
    let granting = |pattern: &String| {
        *pattern == call.method
            || unkinded.iter().any(|p| pattern == p || *pattern == format!("{kind}:{p}"))
    };
    let library = call.library.is_none_or(|id| {
        !id.is_nil() && grants.libraries.iter().any(|item| item == "*" || *item == id.to_string())
    });
    call.audience == Audience::Everyone && library && grants.methods.iter().any(granting)
}

fn engine(grants: &Grants) -> Engine {
    let json = json!({
        "id": "finance", "name": "Finance", "version": "0.1.0", "wasm_file": "finance.wasm",
        "permissions": {
            "methods": grants.methods, "libraries": grants.libraries,
            "rate_limits": { "requests_per_minute": 1_000_000 }
        }
    });
    Engine::for_extension(&Manifest::parse(json.to_string().as_bytes()).unwrap())
}

fn allows(engine: &Engine, call: &Call) -> bool {
    engine.authorize(Method::parse(&call.method).unwrap(), call.library, call.audience).is_ok()
}

/// Few segments, so that grants and calls often meet, and such as tempt a sloppy matcher.
fn name() -> impl Strategy<Value = String> {
    let segment = || select(vec!["ai", "ai2", "ocr", "ocr_admin", "input", "v1"]);
    prop::collection::vec(segment(), 2..=3).prop_map(|segments| segments.join("."))
}

fn method() -> impl Strategy<Value = String> {
    (any::<bool>(), name(), 1..=2).prop_map(|(query, name, version)| match query {
        true => format!("query:{name}.v{version}"),
        false => format!("action:{name}.input.v{version}"),
    })
}

fn pattern() -> impl Strategy<Value = String> {
    let kind = select(vec!["", "query:", "action:"]);
    let family =
        (kind, name(), select(vec!["", ".", ".*"])).prop_map(|(kind, name, end)| match end {
            "" => format!("{kind}{name}"),
            end => format!("{kind}{}{end}", name.rsplit_once('.').unwrap().0),
        });
    let legal = |text: &String| MethodPattern::parse(text).is_ok();
    prop_oneof![2 => family, 1 => method()].prop_filter("the manifest refuses it", legal)
}

/// Libraries 1 to 3, and the nil id.
fn library() -> impl Strategy<Value = Uuid> {
    (0..=3_u128).prop_map(Uuid::from_u128)
}

fn grants() -> impl Strategy<Value = Grants> {
    let listed = select(vec![
        "*".to_owned(),
        Uuid::from_u128(1).to_string(),
        Uuid::from_u128(2).to_string(),
    ]);
    (prop::collection::vec(pattern(), 0..10), prop::collection::btree_set(listed, 0..3)).prop_map(
        |(patterns, libraries)| {
            let mut seen = std::collections::BTreeSet::new();
            let new = |text: &String| seen.insert(MethodPattern::parse(text).unwrap());
            Grants {
                methods: patterns.into_iter().filter(new).collect(),
                libraries: libraries.into_iter().collect(),
            }
        },
    )
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let call = (method(), prop::option::of(library()), prop::bool::weighted(0.1)).prop_map(
        |(method, library, user_only)| Call {
            method,
            library,
            audience: if user_only { Audience::UserOnly } else { Audience::Everyone },
        },
    );
    prop::collection::vec(call, CALLS)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn perm_31_the_oracle_agrees(grants in grants(), calls in calls()) {
        let engine = engine(&grants);
        for call in calls {
            prop_assert_eq!(allows(&engine, &call), oracle(&grants, &call), "{:?}", call);
        }
    }

    #[test]
    fn perm_31_less_never_allows_more(grants in grants(), calls in calls(), at in any::<prop::sample::Index>()) {
        let all = engine(&grants);
        let mut less = grants.clone();
        match at.index(grants.methods.len() + grants.libraries.len() + 1) {
            i if i < grants.methods.len() => drop(less.methods.remove(i)),
            _ => drop(less.libraries.pop()),
        }
        let less = engine(&less);
        for call in calls {
            prop_assert!(allows(&all, &call) || !allows(&less, &call), "{:?}", call);
        }
    }

    #[test]
    fn the_order_of_grants_never_matters(
        (grants, shuffled) in grants().prop_flat_map(|grants| (Just(grants.clone()), Just(grants.methods).prop_shuffle())),
        calls in calls(),
    ) {
        let one = engine(&grants);
        let two = engine(&Grants { methods: shuffled, libraries: grants.libraries.iter().rev().cloned().collect() });
        for call in calls {
            prop_assert_eq!(allows(&one, &call), allows(&two, &call), "{:?}", call);
        }
    }

    #[test]
    fn explaining_and_deciding_agree(grants in grants(), calls in calls()) {
        let engine = engine(&grants);
        for call in calls {
            let response = engine.explain(Method::parse(&call.method).unwrap(), call.library, call.audience);
            prop_assert_eq!(response.is_allow(), allows(&engine, &call));
            prop_assert_eq!(response.is_allow(), response.reasons().is_empty());
        }
    }
}

/// The oracle test would prove little if nearly all decisions were the same.
#[test]
fn the_cases_are_mixed() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let (mut yes, mut all) = (0, 0);
    for _ in 0..256 {
        let (grants, calls) = (grants(), calls()).new_tree(&mut runner).unwrap().current();
        yes += calls.iter().filter(|call| oracle(&grants, call)).count();
        all += calls.len();
    }
    assert!((all / 20..all / 2).contains(&yes), "{yes} of {all} calls are allowed");
}
