//! What a decision costs: `cargo bench -p ext-perm-cedar`.
#![allow(missing_docs, reason = "divan's functions are named after what they measure")]

use divan::{Bencher, black_box};
use ext_perm::{PermissionBackend, Principal, Request};
use ext_perm_cedar::{CedarBackend, CedarSources};
use ext_wire::Method;

fn main() {
    divan::main();
}

/// The first of so many policies allows.
#[divan::bench(args = [1, 10, 100])]
fn allow(bencher: Bencher<'_, '_>, policies: u32) {
    let policies: String = (1..=policies)
        .map(|id| {
            format!(
                "permit(principal == Extension::\"finance\", action, resource) \
                 when {{ context.name == \"ai.ocr\" && context.version == {id} }};\n"
            )
        })
        .collect();
    let backend =
        CedarBackend::new(CedarSources { policies: &policies, ..CedarSources::default() })
            .expect("policies");
    let method = Method::parse("query:ai.ocr.v1").expect("a method");
    let request = Request::new(Principal::Extension("finance"), method, None);
    assert!(backend.decide(&request).is_allow());
    bencher.bench_local(|| backend.decide(black_box(&request)).is_allow());
}
