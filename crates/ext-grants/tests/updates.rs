//! Updates: what the user had limited stays limited, whatever is new.

use std::sync::Arc;

use ext_audit::AuditLog;
use ext_grants::{Consent, ExtensionVersion, GrantAuthority, GrantError, PermissionsConfig};
use ext_manager::Authorizer;
use ext_manifest::Manifest;
use ext_perm::{Engine, Expiry, RECEIVE_EVENT, Rule, Target};
use ext_wire::{EntryPath, Method};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

const A: Uuid = Uuid::from_u128(1);
const B: Uuid = Uuid::from_u128(2);
const LIST: &str = "query:vdfs.list_entries.v1";
const READ: &str = "query:vdfs.read_content.v1";
const SEARCH: &str = "query:search.entries.v1";
const HTTP: &str = "query:http.request.v1";

/// A data folder, with the version of an extension that is installed.
struct World {
    _data: TempDir,
    grants: Arc<GrantAuthority>,
    installed: Option<(Manifest, String)>,
}

fn permissions(methods: &[&str], libraries: Value) -> Value {
    json!({ "permissions": { "methods": methods, "libraries": libraries } })
}

impl World {
    fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let audit = Arc::new(AuditLog::open(&data.path().join("audit")).unwrap());
        let grants =
            GrantAuthority::open(data.path(), PermissionsConfig::default(), audit).unwrap();
        Self { _data: data, grants, installed: None }
    }

    fn install(&mut self, manifest: Value, consent: &Consent) -> Result<(), GrantError> {
        self.try_install(manifest, consent, || Ok(()))
    }

    fn try_install(
        &mut self,
        mut manifest: Value,
        consent: &Consent,
        switch: impl FnOnce() -> Result<(), GrantError>,
    ) -> Result<(), GrantError> {
        for (key, value) in [("id", "demo"), ("name", "Demo"), ("wasm_file", "demo.wasm")] {
            manifest[key] = value.into();
        }
        manifest["version"] = "1.0.0".into();
        let hash = manifest.get("wasm").and_then(Value::as_str).map(str::to_owned);
        let hash =
            hash.unwrap_or_else(|| blake3::hash(manifest.to_string().as_bytes()).to_string());
        manifest.as_object_mut().unwrap().remove("wasm");
        let manifest = Manifest::parse(manifest.to_string().as_bytes()).unwrap();
        let before = self.installed.clone();
        let before = before.as_ref().map(|(manifest, hash)| version(manifest, hash));
        self.grants.install(version(&manifest, &hash), before, consent, switch)?;
        self.installed = Some((manifest, hash));
        Ok(())
    }

    fn installed(rules: Value, manifest: Value) -> Self {
        let mut world = Self::new();
        let rules: Vec<Rule> = serde_json::from_value(rules).unwrap();
        world.install(manifest, &Consent::Only(rules)).unwrap();
        world
    }

    fn engine(&self) -> Engine {
        let (manifest, hash) = self.installed.as_ref().unwrap();
        self.grants.engine(manifest, hash)
    }

    fn rules(&self) -> Vec<Rule> {
        let (manifest, hash) = self.installed.as_ref().unwrap();
        let grants = self.grants.list(version(manifest, hash)).unwrap();
        grants.into_iter().map(|grant| grant.rule).collect()
    }

    fn may(&self, method: &str, library: Uuid, target: Target<'_>) -> bool {
        self.engine().permits(Method::parse(method).unwrap(), Some(library), target).unwrap()
    }

    fn sees(&self, method: &str, library: Uuid, path: &str) -> bool {
        self.may(method, library, Target::Unknown)
            && self.may(method, library, Target::Entry(&EntryPath::stored(path)))
    }

    fn receives(&self, kind: &str, path: &str) -> bool {
        let entry = EntryPath::stored(path);
        self.may(RECEIVE_EVENT, A, Target::Event { kind, entry: Some(&entry) })
    }

    fn reaches(&self, host: &str) -> bool {
        let origin = ext_perm::Origin { scheme: "https", host, port: 443 };
        self.may(HTTP, A, Target::Origin(origin))
    }
}

fn version<'a>(manifest: &'a Manifest, wasm_hash: &'a str) -> ExtensionVersion<'a> {
    ExtensionVersion { manifest, wasm_hash }
}

#[test]
fn perm_20_a_new_method_keeps_the_limits_of_the_old_ones() {
    let limited = json!([{ "effect": "allow", "methods": [LIST], "libraries": [A],
        "entries": ["mails/**"] }]);
    let v1 = permissions(&["query:vdfs.list_entries", "query:vdfs.read_content"], json!(["*"]));
    let mut world = World::installed(limited, v1);
    let all = ["query:vdfs.list_entries", "query:vdfs.read_content", "query:search.entries"];
    world.install(permissions(&all, json!(["*"])), &Consent::All).unwrap();
    for method in [LIST, SEARCH] {
        assert!(world.sees(method, A, "mails/1"), "{method}");
        assert!(!world.sees(method, A, "taxes/1") && !world.sees(method, B, "mails/1"), "{method}");
    }
    assert!(!world.sees(READ, A, "mails/1"), "it was not granted, and is not new");
}

/// Returns a list of rules with this one, which ends then.
fn until(end: &str, entries: &str) -> Value {
    json!([{ "effect": "allow", "methods": ["query:vdfs.*"], "entries": [entries],
        "expires": format!("until:{end}T00:00:00Z") }])
}

#[test]
fn perm_20_a_new_method_has_the_limits_and_the_end_of_rules_that_all_expire() {
    let v1 = permissions(&["query:vdfs.list_entries"], json!(["*"]));
    let v2 = permissions(&["query:vdfs.list_entries", "query:search.entries"], json!(["*"]));
    let mut rules = until("2999-06-01", "mails/**");
    rules
        .as_array_mut()
        .unwrap()
        .extend(until("2999-01-01", "mails/2026/**").as_array().cloned().unwrap());
    let mut world = World::installed(rules, v1.clone());
    world.install(v2.clone(), &Consent::All).unwrap();
    assert!(world.sees(SEARCH, A, "mails/2026/1") && world.sees(LIST, A, "mails/1"));
    assert!(!world.sees(SEARCH, A, "mails/1") && !world.sees(SEARCH, A, "taxes/1"));
    assert_eq!(world.rules()[2].expires.to_string(), "until:2999-01-01T00:00:00Z");

    let mut rules = until("2999-01-01", "mails/2026/**");
    let lasting =
        json!({ "effect": "allow", "methods": ["query:vdfs.*"], "entries": ["mails/**"] });
    rules.as_array_mut().unwrap().push(lasting);
    let mut world = World::installed(rules, v1.clone());
    world.install(v2.clone(), &Consent::All).unwrap();
    assert!(world.sees(SEARCH, A, "mails/1") && !world.sees(SEARCH, A, "taxes/1"));
    assert_eq!(world.rules()[2].expires, Expiry::Never, "twin: one that lasts is the source");

    let mut world = World::installed(until("2020-01-01", "mails/**"), v1);
    assert!(!world.sees(LIST, A, "mails/1"));
    world.install(v2, &Consent::All).unwrap();
    assert!(
        world.sees(SEARCH, A, "taxes/1"),
        "nothing was allowed, so the user was asked about all"
    );
}

#[test]
fn perm_20_new_libraries_keep_the_limits_in_methods_and_entries() {
    let limited = json!([{ "effect": "allow", "methods": [LIST], "entries": ["mails/**"] }]);
    let methods = ["query:vdfs.list_entries", "query:search.entries"];
    let mut world = World::installed(limited, permissions(&methods, json!([A])));
    world.install(permissions(&methods, json!(["*"])), &Consent::All).unwrap();
    assert!(world.sees(LIST, A, "mails/1") && world.sees(LIST, B, "mails/1"));
    assert!(!world.sees(LIST, A, "taxes/1") && !world.sees(LIST, B, "taxes/1"));
    assert!(!world.sees(SEARCH, A, "mails/1"), "it was never granted");
}

#[test]
fn perm_20_libraries_that_the_user_left_out_stay_out() {
    let limited = json!([{ "effect": "allow", "libraries": [A] }]);
    let mut world = World::installed(limited, permissions(&["vdfs.*"], json!([A, B])));
    world.install(permissions(&["vdfs.*", "search.*"], json!(["*"])), &Consent::All).unwrap();
    let other = Uuid::from_u128(3);
    for (library, allowed) in [(A, true), (B, false), (other, false)] {
        assert_eq!(world.sees(LIST, library, "x"), allowed, "{library}");
        assert_eq!(world.sees(SEARCH, library, "x"), allowed, "{library}");
    }
    world
        .install(permissions(&["vdfs.*", "search.*"], json!([A, B, other])), &Consent::All)
        .unwrap();
    assert!(!world.sees(LIST, B, "x"));
}

#[test]
fn perm_20_new_servers_are_for_what_may_reach_servers() {
    let with = |domains: Value| {
        json!({ "permissions": { "methods": ["vdfs.*", "http.*"], "libraries": ["*"],
            "allowed_domains": domains } })
    };
    let limited = json!([{ "effect": "allow", "domains": ["https://a.example.com"],
        "entries": ["mails/**"] }]);
    let v1 = with(json!(["https://a.example.com", "https://b.example.com"]));
    let mut world = World::installed(limited, v1);
    let v2 = json!(["https://a.example.com", "https://b.example.com", "https://c.example.com"]);
    world.install(with(v2), &Consent::All).unwrap();
    assert!(world.reaches("a.example.com") && world.reaches("c.example.com"));
    assert!(!world.reaches("b.example.com"), "the user left it out");
    assert!(world.sees(LIST, A, "mails/1") && !world.sees(LIST, A, "taxes/1"));

    let mut none = World::installed(
        json!([{ "effect": "allow", "domains": [] }]),
        with(json!(["https://a.example.com"])),
    );
    none.install(with(json!(["https://a.example.com", "https://c.example.com"])), &Consent::All)
        .unwrap();
    assert!(!none.reaches("a.example.com") && !none.reaches("c.example.com"));
}

#[test]
fn an_unlimited_extension_stays_unlimited_by_updates() {
    let mut world = World::new();
    world.install(permissions(&["query:vdfs.list_entries"], json!([A])), &Consent::All).unwrap();
    let v2 = json!({ "permissions": { "methods": ["vdfs.*", "http.*"], "libraries": ["*"],
        "allowed_domains": ["https://a.example.com"] }, "events": ["entry.created"] });
    world.install(v2, &Consent::All).unwrap();
    assert!(world.sees(LIST, B, "taxes/1") && world.sees(READ, B, "taxes/1"));
    assert!(world.reaches("a.example.com") && world.receives("entry.created", "taxes/1"));
    let v3 = json!({ "permissions": { "methods": ["vdfs.*", "http.*", "search.*"],
        "libraries": ["*"], "allowed_domains": ["https://a.example.com", "https://b.example.com"] },
        "events": ["entry.created", "entry.updated"] });
    world.install(v3, &Consent::All).unwrap();
    assert!(world.sees(SEARCH, B, "x") && world.reaches("b.example.com"));
    assert!(world.receives("entry.updated", "x"));
}

#[test]
fn perm_20_a_permission_that_was_given_up_is_asked_for_again() {
    for consent in [Consent::KeepPermissions, Consent::All] {
        let mut world = World::new();
        let both = permissions(&["query:vdfs.list_entries", "query:search.entries"], json!(["*"]));
        let one = permissions(&["query:vdfs.list_entries"], json!(["*"]));
        world.install(both.clone(), &Consent::All).unwrap();
        assert!(world.sees(SEARCH, A, "x"));
        world.install(one, &consent).unwrap();
        assert!(!world.sees(SEARCH, A, "x"));
        let mut again = both;
        again["description"] = "again".into();
        world.install(again, &Consent::KeepPermissions).unwrap();
        assert!(!world.sees(SEARCH, A, "x") && world.sees(LIST, A, "x"), "{consent:?}");
    }
}

#[test]
fn perm_20_servers_libraries_and_events_that_were_given_up_do_not_come_back() {
    let full = json!({ "permissions": { "methods": ["http.*", "vdfs.*"], "libraries": [A, B],
        "allowed_domains": ["https://*.example.com"] }, "events": ["entry.created"] });
    let less = json!({ "permissions": { "methods": ["http.*", "vdfs.*"], "libraries": [A],
        "allowed_domains": ["https://a.example.com"] } });
    let mut world = World::new();
    world.install(full.clone(), &Consent::All).unwrap();
    world.install(less, &Consent::KeepPermissions).unwrap();
    let mut again = full;
    again["description"] = "again".into();
    world.install(again, &Consent::KeepPermissions).unwrap();
    assert!(world.reaches("a.example.com") && !world.reaches("b.example.com"));
    assert!(world.sees(LIST, A, "x") && !world.sees(LIST, B, "x"));
    assert!(!world.receives("entry.created", "x"));
}

#[test]
fn perm_20_events_are_agreed_to_kind_by_kind() {
    let with = |events: Value| json!({ "permissions": { "libraries": ["*"] }, "events": events });
    let mut world = World::new();
    world.install(with(json!(["entry.created"])), &Consent::All).unwrap();
    assert!(world.receives("entry.created", "x") && !world.receives("entry.updated", "x"));
    let both = with(json!(["entry.created", "entry.updated"]));
    world.install(both.clone(), &Consent::KeepPermissions).unwrap();
    assert!(!world.receives("entry.updated", "x") && world.receives("entry.created", "x"));

    let limited = json!([{ "effect": "allow", "entries": ["mails/**"] }]);
    let mut world = World::installed(limited, with(json!(["entry.created"])));
    world.install(both, &Consent::All).unwrap();
    for kind in ["entry.created", "entry.updated"] {
        assert!(world.receives(kind, "mails/1") && !world.receives(kind, "taxes/1"), "{kind}");
    }
}

#[test]
fn larger_limits_are_not_taken_without_being_agreed_to() {
    let with = |memory: u32| json!({ "limits": { "memory_mb": memory } });
    let mut world = World::new();
    world.install(with(16), &Consent::All).unwrap();
    let refused = world.install(with(4096), &Consent::KeepPermissions).unwrap_err();
    assert!(refused.to_string().contains("limits.memory_mb 4096 (instead of 16)"), "{refused}");
    world.install(with(4096), &Consent::All).unwrap();
    world.install(with(16), &Consent::KeepPermissions).unwrap();
}

#[test]
fn an_installation_that_fails_leaves_the_grants_as_they_were() {
    let fails = || Err(GrantError::NotRecorded("demo".into()));
    let mut world = World::new();
    let same = |methods: &[&str]| {
        let mut manifest = permissions(methods, json!(["*"]));
        manifest["wasm"] = "same".into();
        manifest
    };
    world.install(same(&["vdfs.*"]), &Consent::All).unwrap();
    let before = world.rules();
    for consent in [Consent::Only(Vec::new()), Consent::All, Consent::KeepPermissions] {
        assert!(world.try_install(same(&["vdfs.*", "search.*"]), &consent, fails).is_err());
        assert_eq!(world.rules(), before, "{consent:?}");
    }
    let grants = Arc::clone(&world.grants);
    let (manifest, hash) = world.installed.clone().unwrap();
    let revoked = || {
        grants.revoke_all(version(&manifest, &hash))?;
        fails()
    };
    assert!(world.try_install(same(&["vdfs.*", "search.*"]), &Consent::All, revoked).is_err());
    assert!(world.rules().is_empty(), "what the user revoked meanwhile stays revoked");
}

#[test]
fn denials_stay_when_the_installed_version_cannot_be_read() {
    let mut world = World::new();
    let manifest = permissions(&["vdfs.*"], json!(["*"]));
    world.install(manifest.clone(), &Consent::All).unwrap();
    let (installed, hash) = world.installed.take().unwrap();
    let denial = json!({ "effect": "deny", "entries": ["taxes/**"] });
    world
        .grants
        .grant(version(&installed, &hash), serde_json::from_value(denial).unwrap())
        .unwrap();
    let mut again = manifest;
    again["description"] = "again".into();
    world.install(again, &Consent::All).unwrap();
    assert!(world.sees(LIST, A, "mails/1") && !world.sees(LIST, A, "taxes/1"));
}

#[test]
fn denials_of_every_version_stay() {
    let mut world = World::new();
    world.install(permissions(&["vdfs.*"], json!(["*"])), &Consent::All).unwrap();
    let denial = json!({ "effect": "deny", "entries": ["taxes/**"] });
    let (installed, hash) = world.installed.clone().unwrap();
    world
        .grants
        .grant(version(&installed, &hash), serde_json::from_value(denial).unwrap())
        .unwrap();
    // Damaged files are taken for another version, to which nothing was ever granted.
    world.installed = Some((installed, "damaged".into()));
    let mut again = permissions(&["vdfs.*"], json!(["*"]));
    again["wasm"] = hash.into();
    world.install(again, &Consent::All).unwrap();
    assert!(world.sees(LIST, A, "mails/1") && !world.sees(LIST, A, "taxes/1"));
}

#[test]
fn a_denial_that_was_taken_back_does_not_come_back_with_an_update() {
    let mut world = World::new();
    let version_of = |hash: &str| {
        let mut asked = permissions(&["vdfs.*"], json!(["*"]));
        asked["wasm"] = hash.into();
        asked
    };
    world.install(version_of("one"), &Consent::All).unwrap();
    let denial = json!({ "effect": "deny", "entries": ["taxes/**"] });
    let (manifest, hash) = world.installed.clone().unwrap();
    let denial = serde_json::from_value(denial).unwrap();
    let id = world.grants.grant(version(&manifest, &hash), denial).unwrap();
    world.install(version_of("two"), &Consent::All).unwrap();
    assert!(!world.sees(LIST, A, "taxes/1"));
    let (manifest, hash) = world.installed.clone().unwrap();
    world.grants.revoke(version(&manifest, &hash), id).unwrap();
    world.install(version_of("three"), &Consent::All).unwrap();
    assert!(world.sees(LIST, A, "taxes/1"));
}

#[test]
fn who_agrees_to_all_where_nothing_is_allowed_agrees_to_all_of_it() {
    let mut world = World::new();
    let asked = permissions(&["vdfs.*"], json!(["*"]));
    world.install(asked.clone(), &Consent::All).unwrap();
    let request = |world: &World| {
        let (manifest, hash) = world.installed.as_ref().unwrap();
        let version = version(manifest, hash);
        world.grants.request(version, Some(version)).unwrap()
    };
    assert!(request(&world).is_empty(), "nothing is new");
    let (manifest, hash) = world.installed.clone().unwrap();
    world.grants.revoke_all(version(&manifest, &hash)).unwrap();
    assert!(!request(&world).is_empty(), "the user is asked again");
    world.install(asked.clone(), &Consent::KeepPermissions).unwrap();
    assert!(!world.sees(LIST, A, "x"), "what was revoked stays revoked");
    world.install(asked, &Consent::All).unwrap();
    assert!(world.sees(LIST, A, "x"));

    let modest = permissions(&[], json!([]));
    world.install(modest, &Consent::KeepPermissions).unwrap();
    assert!(request(&world).is_empty(), "it asks for nothing");
}
