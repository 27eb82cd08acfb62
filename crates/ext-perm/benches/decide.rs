//! What a decision costs: `cargo bench -p ext-perm`.

use divan::{Bencher, black_box};
use ext_manifest::Manifest;
use ext_perm::{
    All, Audience, Author, Effect, Engine, ManifestBackend, NumberedRule, PermissionBackend,
    Principal, Rule, RuleBackend,
};
use ext_wire::Method;
use uuid::Uuid;

fn main() {
    divan::main();
}

/// An engine with `count` rules, half of them about other methods and half about other libraries,
/// every tenth a denial.
fn engine(count: u64) -> Engine {
    let manifest = br#"{"id":"demo","name":"Demo","version":"1.0.0","wasm_file":"demo.wasm",
        "permissions":{"methods":["vdfs.*","ai.*"],"libraries":["*"]}}"#;
    let manifest = Manifest::parse(manifest).expect("a manifest");
    let rule = |id: u64| {
        let method =
            if id.is_multiple_of(2) { format!("vdfs.read{id}") } else { "query:vdfs.*".to_owned() };
        let effect = if id.is_multiple_of(10) { Effect::Deny } else { Effect::Allow };
        let methods = vec![ext_manifest::MethodPattern::parse(&method).expect("a pattern")];
        let only = ext_manifest::LibraryScope::Only([Uuid::from_u128(id.into())].into());
        let (methods, libraries) = (Some(methods), Some(only));
        let statement = Rule { methods, libraries, ..Rule::new(effect) };
        NumberedRule { id, place: String::new(), statement }
    };
    let grants = RuleBackend::new(Author::User, "demo", (1..=count).map(rule));
    let both: Vec<Box<dyn PermissionBackend>> =
        vec![Box::new(ManifestBackend::new(&manifest)), Box::new(grants)];
    Engine::new(Principal::Extension("demo"), Box::new(All::new("permissions", both)), None)
}

const METHOD: &str = "query:vdfs.read_content.v1";

#[divan::bench(args = [1, 1_000, 100_000])]
fn allow(bencher: Bencher<'_, '_>, rules: u64) {
    let engine = engine(rules);
    let method = Method::parse(METHOD).expect("a method");
    let library = Some(Uuid::from_u128(1));
    assert!(engine.authorize(method, library, Audience::Everyone).is_ok());
    bencher.bench_local(|| {
        engine.authorize(black_box(method), black_box(library), Audience::Everyone).is_ok()
    });
}

#[divan::bench(args = [1, 1_000, 100_000])]
fn deny(bencher: Bencher<'_, '_>, rules: u64) {
    let engine = engine(rules);
    let method = Method::parse(METHOD).expect("a method");
    let library = Some(Uuid::max());
    assert!(engine.authorize(method, library, Audience::Everyone).is_err());
    bencher.bench_local(|| {
        engine.authorize(black_box(method), black_box(library), Audience::Everyone).is_err()
    });
}
