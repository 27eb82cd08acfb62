//! Manifest, grants and policy together, against an independent oracle.

use ext_manifest::Manifest;
use ext_perm::{
    All, Audience, Author, DenialReason, Engine, ManifestBackend, NumberedRule, PermissionBackend,
    Principal, Refusal, Rule, RuleBackend,
};
use ext_wire::Method;
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};
use uuid::Uuid;

/// 2048 cases with 64 calls each: 131072 decisions for each property.
const CASES: u32 = 2048;
const CALLS: usize = 64;

/// A rule as its author wrote it; `None` for a field that is left out.
#[derive(Debug, Clone)]
struct Written {
    deny: bool,
    methods: Option<Vec<String>>,
    libraries: Option<Vec<String>>,
}

#[derive(Debug, Clone)]
struct Case {
    manifest: Written,
    grants: Vec<Written>,
    policy: Vec<Written>,
}

type Call = (String, Option<Uuid>);

fn fits_method(rule: &Written, method: &str) -> bool {
    let (kind, name) = method.split_once(':').unwrap();
    let name = name.rsplit_once(".v").unwrap().0.trim_end_matches(".input");
    let family = name.split('.').next().unwrap();
    let mine =
        [name.to_owned(), format!("{family}.*"), format!("{kind}:{name}"), method.to_owned()];
    rule.methods.as_ref().is_none_or(|all| all.iter().any(|m| mine.contains(m)))
}

fn fits_library(rule: &Written, library: Option<Uuid>) -> bool {
    match (library, &rule.libraries) {
        (Some(id), _) if id.is_nil() => false,
        (_, None) => true,
        (None, Some(_)) => !rule.deny,
        (Some(id), Some(all)) => all.iter().any(|l| l == "*" || *l == id.to_string()),
    }
}

/// The oracle: three layers, each with its list of rules as text.
fn oracle(case: &Case, (method, library): &Call) -> bool {
    let fits = |rule: &&Written| fits_method(rule, method) && fits_library(rule, *library);
    let layer = |rules: &[Written]| {
        rules.iter().filter(fits).any(|rule| !rule.deny)
            && !rules.iter().filter(fits).any(|rule| rule.deny)
    };
    layer(std::slice::from_ref(&case.manifest)) && layer(&case.grants) && layer(&case.policy)
}

/// What is wanting where nothing denies: some rule for the method, or one of these for the library.
/// The nil id is refused before any rule is asked.
fn wanting(grants: &[Written], (method, library): &Call) -> Option<DenialReason> {
    let fits: Vec<_> = grants.iter().filter(|rule| fits_method(rule, method)).collect();
    let allows = || fits.iter().filter(|rule| !rule.deny);
    let denied = fits.iter().any(|rule| rule.deny && fits_library(rule, *library));
    if denied || library.is_some_and(|id| id.is_nil()) {
        return None;
    }
    match allows().next() {
        None => Some(DenialReason::Methods),
        Some(_) if allows().any(|rule| fits_library(rule, *library)) => None,
        Some(_) => Some(DenialReason::Libraries),
    }
}

fn json_of(rule: &Written) -> Value {
    let mut json = json!({ "effect": if rule.deny { "deny" } else { "allow" } });
    if let Some(methods) = &rule.methods {
        json["methods"] = json!(methods);
    }
    if let Some(libraries) = &rule.libraries {
        json["libraries"] = json!(libraries);
    }
    json
}

fn rules(author: Author, written: &[Written]) -> Box<dyn PermissionBackend> {
    let numbered = (0..).zip(written).map(|(id, rule)| NumberedRule {
        id,
        place: String::new(),
        statement: serde_json::from_value::<Rule>(json_of(rule)).unwrap(),
    });
    Box::new(RuleBackend::new(author, "demo", numbered))
}

fn engine(case: &Case) -> Engine {
    let permissions =
        json!({ "methods": case.manifest.methods, "libraries": case.manifest.libraries });
    let json = json!({ "id": "demo", "name": "Demo", "version": "1.0.0", "wasm_file": "demo.wasm",
        "permissions": permissions });
    let manifest = Manifest::parse(json.to_string().as_bytes()).unwrap();
    let layers = vec![
        Box::new(ManifestBackend::new(&manifest)) as Box<dyn PermissionBackend>,
        rules(Author::User, &case.grants),
        rules(Author::Administrator, &case.policy),
    ];
    Engine::new(Principal::Extension("demo"), Box::new(All::new("all", layers)), None)
}

fn allows(engine: &Engine, (method, library): &Call) -> bool {
    engine.authorize(Method::parse(method).unwrap(), *library, Audience::Everyone).is_ok()
}

const NAMES: &[&str] = &["ai.ocr", "ai.ocr_admin", "vdfs.get_entry"];

fn method() -> impl Strategy<Value = String> {
    (any::<bool>(), select(NAMES), 1..=2).prop_map(|(query, name, version)| match query {
        true => format!("query:{name}.v{version}"),
        false => format!("action:{name}.input.v{version}"),
    })
}

fn pattern() -> impl Strategy<Value = String> {
    let names = select(vec!["ai.*", "vdfs.*", "ai.ocr", "query:ai.ocr", "action:vdfs.get_entry"]);
    prop_oneof![2 => names.prop_map(str::to_owned), 1 => method()]
}

fn library() -> impl Strategy<Value = Uuid> {
    (0..=2_u128).prop_map(Uuid::from_u128)
}

fn written(deny: f64) -> impl Strategy<Value = Written> {
    let unique = |items: Vec<String>| {
        items.into_iter().collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    };
    let listed = select(vec![
        "*".to_owned(),
        Uuid::from_u128(1).to_string(),
        Uuid::from_u128(2).to_string(),
    ]);
    let methods = prop::collection::vec(pattern(), 0..4).prop_map(unique);
    let libraries = prop::collection::vec(listed, 0..3).prop_map(unique);
    (
        prop::bool::weighted(deny),
        prop::option::weighted(0.7, methods),
        prop::option::weighted(0.7, libraries),
    )
        .prop_map(|(deny, methods, libraries)| Written { deny, methods, libraries })
}

fn case() -> impl Strategy<Value = Case> {
    let manifest = written(0.0).prop_map(|rule| Written {
        methods: Some(rule.methods.unwrap_or_else(|| vec!["ai.*".into(), "vdfs.*".into()])),
        libraries: Some(rule.libraries.unwrap_or_else(|| vec!["*".into()])),
        ..rule
    });
    let layer = || prop::collection::vec(written(0.2), 0..5);
    (manifest, layer(), layer()).prop_map(|(manifest, grants, policy)| Case {
        manifest,
        grants,
        policy,
    })
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    prop::collection::vec((method(), prop::option::of(library())), CALLS)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn perm_31_the_oracle_agrees_on_manifest_grants_and_policy(case in case(), calls in calls()) {
        let engine = engine(&case);
        for call in calls {
            prop_assert_eq!(allows(&engine, &call), oracle(&case, &call), "{:?}", call);
        }
    }

    #[test]
    fn perm_31_one_more_grant_never_denies_and_one_more_denial_never_allows(
        case in case(), more in written(0.5), calls in calls(),
    ) {
        let before = engine(&case);
        let mut after = case.clone();
        after.grants.push(more.clone());
        let after = engine(&after);
        for call in calls {
            let (before, after) = (allows(&before, &call), allows(&after, &call));
            prop_assert!(if more.deny { before || !after } else { after || !before }, "{:?}", call);
        }
    }

    #[test]
    fn perm_31_the_order_of_rules_never_matters(case in case(), calls in calls()) {
        let mut turned = case.clone();
        turned.grants.reverse();
        turned.policy.reverse();
        let (one, two) = (engine(&case), engine(&turned));
        for call in calls {
            prop_assert_eq!(allows(&one, &call), allows(&two, &call), "{:?}", call);
        }
    }

    #[test]
    fn perm_31_a_denial_says_what_is_wanting(case in case(), calls in calls()) {
        let engine = Engine::new(
            Principal::Extension("demo"), rules(Author::User, &case.grants), None,
        );
        for call in calls {
            let Some(rule) = wanting(&case.grants, &call) else { continue };
            let refused = engine.authorize(Method::parse(&call.0).unwrap(), call.1, Audience::Everyone);
            let Err(Refusal::Denied { reasons, .. }) = refused else {
                return Err(TestCaseError::fail(format!("{call:?} is allowed")));
            };
            prop_assert_eq!(reasons[0].rule, rule, "{:?}", call);
        }
    }

    #[test]
    fn perm_04_no_string_outside_the_grammar_can_be_asked_for(text in "\\PC{0,40}") {
        // What is allowed is what the question can hold, and it holds methods only.
        if let Ok(method) = Method::parse(&text) {
            prop_assert_eq!(method.to_string(), text);
        }
    }
}

/// The oracle would prove little if nearly all decisions were the same.
#[test]
fn the_cases_are_mixed() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let (mut yes, mut all) = (0, 0);
    for _ in 0..512 {
        let (case, calls) = (case(), calls()).new_tree(&mut runner).unwrap().current();
        yes += calls.iter().filter(|call| oracle(&case, call)).count();
        all += calls.len();
    }
    assert!((all / 50..all / 2).contains(&yes), "{yes} of {all} calls are allowed");
}
