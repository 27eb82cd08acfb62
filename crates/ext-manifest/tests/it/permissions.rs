//! The permissions that a manifest asks for, and none that it does not name.

use crate::common::{blame, full, parse, with, without};
use ext_manifest::{DomainPattern, LibraryScope, MethodPattern, PatternError};
use ext_wire::Method;
use serde_json::{Value, json};
use uuid::Uuid;

fn matches(pattern: &str, method: &str) -> bool {
    MethodPattern::parse(pattern).unwrap().matches(Method::parse(method).unwrap())
}

#[test]
fn man_09_what_is_left_out_means_none() {
    let mut bare = full();
    for optional in [
        "permissions",
        "events",
        "operations",
        "commands",
        "views",
        "limits",
        "description",
        "author",
        "homepage",
        "min_core_version",
        "abi_version",
    ] {
        bare.as_object_mut().unwrap().remove(optional);
    }
    for permissions in [
        None,
        Some(json!(null)),
        Some(json!({})),
        Some(json!({"methods": [], "libraries": [], "allowed_domains": []})),
        Some(json!({"methods": null, "libraries": null, "network_access": null})),
    ] {
        let mut manifest = bare.clone();
        if let Some(value) = permissions {
            manifest["permissions"] = value;
        }
        let manifest = parse(&manifest).unwrap();
        assert!(manifest.permissions().methods().is_empty());
        assert_eq!(manifest.permissions().libraries(), &LibraryScope::Only(Default::default()));
        assert!(manifest.permissions().allowed_domains().is_empty());
        assert_eq!(manifest.permissions().rate_limits().requests_per_minute().get(), 600);
        assert!(manifest.events().is_empty() && manifest.operations().is_empty());
    }
    let all = parse(&full()).unwrap();
    assert!(
        !all.permissions().methods().is_empty() && !all.permissions().allowed_domains().is_empty()
    );
}

#[test]
fn perm_01_patterns_match_whole_segments() {
    assert!(matches("query:ai.ocr", "query:ai.ocr.v1"));
    assert!(!matches("query:ai.ocr", "query:ai.ocr_admin.v1"));
    assert!(!matches("query:ai.ocr", "query:ai.ocrs.v1"));
    assert!(!matches("query:ai.ocr", "query:ai.ocr.deep.v1"));
    assert!(!matches("query:ai.ocr", "action:ai.ocr.input.v1"));
    assert!(matches("ai.ocr", "action:ai.ocr.input.v1"));
    assert!(
        matches("vdfs.*", "action:vdfs.write_sidecar.input.v3")
            && matches("vdfs.", "query:vdfs.a.b.v1")
    );
    assert!(
        !matches("vdfs.*", "query:vdfs2.get.v1")
            && !matches("query:vdfs.*", "action:vdfs.get.input.v1")
    );
}

#[test]
fn perm_02_empty_and_catch_all_patterns_are_refused() {
    let bad = [
        "",
        " ",
        ":",
        ".",
        "*",
        "**",
        "*.*",
        ".*",
        "query:",
        "query:*",
        "query:.",
        "*.ocr",
        "vdfs.**",
        "vdfs.*.x",
        "vdfs*",
        "vdfs..",
        " ai.ocr",
        "ai.ocr ",
        "AI.ocr",
        "Query:ai.ocr",
        "mutation:ai.ocr",
        "query:query:ai.ocr",
        "ai.[o]cr",
        "ai.{ocr}",
        "ai.?cr",
        "ai.ocr\n",
        "ai.ocr\0",
        "ai/ocr",
        "vdfs",
        "query:ai",
    ];
    for pattern in bad {
        assert!(MethodPattern::parse(pattern).is_err(), "{pattern:?}");
        assert_eq!(
            blame(&with("/permissions/methods", json!(["ai.ocr", pattern]))).0,
            "permissions.methods[1]"
        );
    }
    assert_eq!(MethodPattern::parse("vdfs").unwrap_err(), PatternError::Family("vdfs".into()));
}

#[test]
fn perm_07_a_pattern_with_a_version_matches_this_version() {
    assert!(matches("query:ai.ocr.v1", "query:ai.ocr.v1"));
    assert!(!matches("query:ai.ocr.v1", "query:ai.ocr.v2"));
    assert!(matches("action:vdfs.write_sidecar.input.v1", "action:vdfs.write_sidecar.input.v1"));
    for mistaken in [
        "ai.ocr.v1",
        "action:ai.ocr.v1",
        "query:ai.ocr.v0",
        "query:ai.ocr.v01",
        "query:ai.ocr.v65536",
        "vdfs.write_sidecar.input.v1",
    ] {
        assert_eq!(
            MethodPattern::parse(mistaken).unwrap_err(),
            PatternError::Version(mistaken.into())
        );
    }
}

#[test]
fn perm_14_long_patterns_are_refused() {
    let long = "a*".repeat(5 * 1024) + "b";
    assert_eq!(MethodPattern::parse(&long), Err(PatternError::TooLong(long.len())));
    let deep = ["a"; 100].join(".");
    assert!(MethodPattern::parse(&deep).is_ok());
}

#[test]
fn perm_19_library_ids_are_normalised_or_refused() {
    let id = Uuid::from_u128(0x67e5_5044_10b1_426f_9247_bb68_0e5f_e0c8);
    for spelling in [
        "67e55044-10b1-426f-9247-bb680e5fe0c8",
        "67E55044-10B1-426F-9247-BB680E5FE0C8",
        "{67e55044-10b1-426f-9247-bb680e5fe0c8}",
        "urn:uuid:67e55044-10b1-426f-9247-bb680e5fe0c8",
        "67e5504410b1426f9247bb680e5fe0c8",
    ] {
        let manifest = parse(&with("/permissions/libraries", json!([spelling]))).unwrap();
        assert_eq!(manifest.permissions().libraries(), &LibraryScope::Only([id].into()));
    }
    for wrong in ["My Library", "", " ", "**", "67e55044", "00000000-0000-0000-0000-000000000000"] {
        assert_eq!(
            blame(&with("/permissions/libraries", json!([wrong]))).0,
            "permissions.libraries",
            "{wrong:?}"
        );
    }
}

#[test]
fn perm_20_all_libraries_must_be_written_out() {
    let id = Uuid::from_u128(7);
    let scope = |value: Value| {
        parse(&with("/permissions/libraries", value)).unwrap().permissions().libraries().clone()
    };
    for none in [json!([]), json!(null)] {
        assert!(!scope(none).contains(id));
    }
    assert!(
        !parse(&without("/permissions/libraries")).unwrap().permissions().libraries().contains(id)
    );
    assert_eq!(scope(json!(["*"])), LibraryScope::All);
    assert_eq!(scope(json!(["*", id])), LibraryScope::All);
    assert!(!LibraryScope::All.contains(Uuid::nil()));
}

#[test]
fn man_14_library_lists_are_bounded_and_without_duplicates() {
    let ids = |count: u128| (1..=count).map(|n| Uuid::from_u128(n).to_string()).collect::<Vec<_>>();
    assert!(parse(&with("/permissions/libraries", json!(ids(1000)))).is_ok());
    assert!(
        blame(&with("/permissions/libraries", json!(ids(10_000)))).1.contains("the limit is 1000")
    );
    let twice = json!([Uuid::from_u128(7), Uuid::from_u128(7).simple().to_string()]);
    assert!(blame(&with("/permissions/libraries", twice)).1.contains("listed twice"));
    assert!(blame(&with("/permissions/libraries", json!(["*", "*"]))).1.contains("listed twice"));
}

#[test]
fn man_14_method_lists_are_bounded_and_without_duplicates() {
    let methods = |count| (0..count).map(|n| format!("a.m{n}")).collect::<Vec<_>>();
    assert!(parse(&with("/permissions/methods", json!(methods(256)))).is_ok());
    assert!(
        blame(&with("/permissions/methods", json!(methods(257)))).1.contains("the limit is 256")
    );
    assert!(
        blame(&with("/permissions/methods", json!(["vdfs.", "vdfs.*"])))
            .1
            .contains("`vdfs.*` is listed twice")
    );
}

#[test]
fn net_24_domains_are_origins() {
    let bad = [
        "*",
        "https://*",
        "https://*.com",
        "http://*",
        "example.com",
        "ftp://example.com",
        "https://10.0.0.1",
        "https://127.1",
        "https://a.0x1",
        "https://[::1]",
        "10.0.0.0/8",
        "https://localhost",
        "https://Example.com",
        "https://example.com/",
        "https://example.com/a",
        "https://u@example.com",
        "https://example.com:0",
        "https://example.com:65536",
        "https://example.com:+80",
        "https://example.com:",
        "https://a..com",
        "https://-a.com",
        "https://.com",
        "https://a.*.com",
        "https://ä.com",
        "https://example.com.",
    ];
    for domain in bad {
        let (field, _) = blame(&with("/permissions/allowed_domains", json!([domain])));
        assert_eq!(field, "permissions.allowed_domains[0]", "{domain}");
    }
    for domain in [
        "https://api.example.com",
        "http://example.com:8080",
        "https://*.example.com",
        "https://xn--bcher-kva.example",
    ] {
        assert_eq!(DomainPattern::parse(domain).unwrap().to_string(), domain);
    }
    assert_eq!(
        DomainPattern::parse("https://a.example:443").unwrap(),
        DomainPattern::parse("https://a.example").unwrap()
    );
}

#[test]
fn network_access_is_the_other_name_of_allowed_domains() {
    let mut manifest = without("/permissions/allowed_domains");
    manifest["permissions"]["network_access"] = json!(["https://api.example.com"]);
    assert_eq!(parse(&manifest).unwrap(), parse(&full()).unwrap());
}

#[test]
fn perm_34_ids_that_differ_by_case_or_dots_are_no_ids() {
    for id in ["Finance", "finance.", "finance ", "fınance", "finance\u{200b}", "FINANCE"] {
        assert_eq!(blame(&with("/id", json!(id))).0, "id", "{id:?}");
    }
    assert!(parse(&full()).is_ok());
}

#[test]
fn perm_37_no_manifest_can_ask_for_relaxations() {
    for field in ["/debug", "/permissions/debug", "/permissions/all", "/limits/unlimited"] {
        assert!(parse(&with(field, json!(true))).is_err(), "{field}");
    }
    assert!(parse(&full()).is_ok());
}

#[test]
fn man_15_a_schema_for_configuration_is_not_known() {
    let (_, message) =
        blame(&with("/config_schema", json!({ "$ref": "http://example.com/s.json" })));
    assert!(message.contains("unknown field"), "{message}");
}

#[test]
fn man_12_daily_budgets_and_burst_have_ranges() {
    for (pointer, most) in
        [("http_bytes", 1_u64 << 40), ("ocr_pages", 1_000_000), ("model_tokens", 1_000_000_000_000)]
    {
        let limits = |amount: serde_json::Value| {
            with("/permissions/rate_limits", json!({ "daily": { pointer: amount } }))
        };
        assert!(
            parse(&limits(json!(0))).is_ok() && parse(&limits(json!(most))).is_ok(),
            "{pointer}"
        );
        for bad in [json!(most + 1), json!(-1), json!(1.5), json!("1")] {
            let blamed = blame(&limits(bad)).0;
            assert_eq!(blamed, format!("permissions.rate_limits.daily.{pointer}"));
        }
    }
    let burst = |burst: u32| {
        with("/permissions/rate_limits", json!({ "requests_per_minute": 10, "burst": burst }))
    };
    assert_eq!(parse(&burst(10)).unwrap().permissions().rate_limits().burst().get(), 10);
    assert_eq!(blame(&burst(11)).0, "permissions.rate_limits.burst");
}

#[test]
fn a_pattern_that_covers_another_matches_all_that_it_matches() {
    let covers = |one: &str, other: &str| {
        MethodPattern::parse(one).unwrap().covers(&MethodPattern::parse(other).unwrap())
    };
    for (one, other) in
        [("vdfs.*", "query:vdfs.read"), ("ai.ocr", "query:ai.ocr.v1"), ("a.*", "a.b.*")]
    {
        assert!(covers(one, other) && !covers(other, one), "{one} {other}");
        assert!(covers(one, one) && covers(other, other));
    }
    assert!(!covers("query:vdfs.*", "vdfs.*") && !covers("ai.ocr", "ai.ocr_admin"));
    let domain = |text| DomainPattern::parse(text).unwrap();
    assert!(domain("https://*.example.com").covers(&domain("https://a.example.com")));
    assert!(domain("https://*.example.com").covers(&domain("https://*.b.example.com")));
    assert!(!domain("https://*.example.com").covers(&domain("https://example.com")));
    assert!(!domain("https://a.example.com").covers(&domain("https://*.a.example.com")));
    assert!(!domain("https://a.example.com").covers(&domain("http://a.example.com")));
    let (all, none) = (LibraryScope::All, LibraryScope::default());
    assert!(all.covers(&none) && none.covers(&none) && !none.covers(&all));
}
