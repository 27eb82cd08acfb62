//! Policies of the administrator, from the outside.

use std::fs;

use ext_perm::Target;
use ext_wire::ErrorCode;
use spacedrive_core::permissions::Consent;

use crate::demo::{LIST, Place};

#[test]
fn a_policy_beats_manifest_and_grants() {
    let config = "[[permissions.rules]]\neffect = \"allow\"\n\
        [[permissions.rules]]\neffect = \"deny\"\nmethods = [\"vdfs.list_entries\"]\n";
    let place = Place::with_config(config);
    place.write("1.0.0", &["query:vdfs.list_entries", "query:core.status"], LIST);
    place.install(Consent::All);
    assert_eq!(place.run(), ErrorCode::DeniedMethod);
    let explain = |method: &str, library| {
        place.core.permissions().explain("demo", method, library, Target::Unknown)
    };
    let denied = explain(LIST, Some(place.library)).unwrap().denied_by;
    assert_eq!(denied[0].backend, "policy");
    assert_eq!(
        denied[0].line.as_deref(),
        Some("config.toml: permissions.rules[1] (deny vdfs.list_entries)")
    );
    assert_eq!(explain("query:core.status.v1", None).unwrap().allowed_by.len(), 3);
}

#[test]
fn perm_32_a_policy_that_cannot_be_made_denies() {
    let place = Place::with_config("[permissions]\npolicy = \"external\"\n");
    place.write("1.0.0", &["query:vdfs.list_entries"], LIST);
    place.install(Consent::All);
    assert_eq!(place.run(), ErrorCode::Internal);
    for (expires, code) in [
        ("once", ErrorCode::Internal),
        ("session:a", ErrorCode::Internal),
        ("never", ErrorCode::OK),
    ] {
        let rule = format!("[[permissions.rules]]\neffect = \"allow\"\nexpires = \"{expires}\"\n");
        assert_eq!(under(&rule, &[]), code, "{expires}");
    }
    let away = Place::with_config("[permissions.external]\nsocket = \"nobody\"\n");
    away.write("1.0.0", &["query:vdfs.list_entries"], LIST);
    away.install(Consent::All);
    assert_eq!(away.run(), ErrorCode::Internal);
}

/// Returns what an extension that lists entries gets, under a policy in these files.
fn under(config: &str, files: &[(&str, &str)]) -> ErrorCode {
    let place = Place::with_config(config);
    for (name, text) in files {
        fs::write(place.data.path().join(name), text).unwrap();
    }
    place.write("1.0.0", &["query:vdfs.list_entries"], LIST);
    place.install(Consent::All);
    place.run()
}

#[test]
#[cfg(feature = "cedar")]
fn policies_in_cedar_decide_and_perm_32_broken_ones_deny() {
    let config = "[permissions.cedar]\npolicies = [\"a.cedar\", \"b.cedar\"]\n";
    let permit = ("a.cedar", "permit(principal == Extension::\"demo\", action, resource);");
    let none = ("b.cedar", "");
    assert_eq!(under(config, &[permit, none]), ErrorCode::OK);
    let forbid = "forbid(principal, action, resource) when { context.name like \"vdfs.*\" };";
    assert_eq!(under(config, &[permit, ("b.cedar", forbid)]), ErrorCode::DeniedMethod);
    assert_eq!(under(config, &[permit]), ErrorCode::Internal);
    assert_eq!(under(config, &[permit, ("b.cedar", "permit")]), ErrorCode::Internal);
}

#[test]
#[cfg(feature = "rego")]
fn policies_in_rego_decide_and_perm_32_broken_ones_deny() {
    let config = "[permissions.rego]\npolicies = [\"p.rego\"]\ndata = \"data.json\"\n";
    let policy = ("p.rego", "package spacedrive\nallow if input.extension in data.trusted");
    let data = |text| ("data.json", text);
    assert_eq!(under(config, &[policy, data(r#"{"trusted":["demo"]}"#)]), ErrorCode::OK);
    assert_eq!(under(config, &[policy, data(r#"{"trusted":[]}"#)]), ErrorCode::DeniedMethod);
    assert_eq!(under(config, &[policy]), ErrorCode::Internal);
    assert_eq!(under(config, &[("p.rego", "package x"), data("{}")]), ErrorCode::Internal);
}
