//! The permissions that an extension asks for, their description for people, and their risks.

use std::collections::BTreeSet;

use ext_manifest::{DomainPattern, LibraryScope, Manifest, MethodPattern, RaisedLimit};
use ext_wire::Method;
use serde::Serialize;

/// The permissions that an extension asks for, or that a new version asks for and the old one did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PermissionRequest {
    /// The patterns of methods.
    pub methods: Vec<MethodPattern>,
    /// The libraries; `None` for no others than before.
    pub libraries: Option<LibraryScope>,
    /// The servers that it reaches.
    pub domains: Vec<DomainPattern>,
    /// The kinds of events that it receives.
    pub events: Vec<String>,
    /// The limits that are larger than before, or than usual.
    pub limits: Vec<RaisedLimit>,
}

impl PermissionRequest {
    /// Returns all that a manifest asks for.
    #[must_use]
    pub fn all(manifest: &Manifest) -> Self {
        let permissions = manifest.permissions();
        Self {
            methods: permissions.methods().to_vec(),
            libraries: Some(permissions.libraries().clone()),
            domains: permissions.allowed_domains().to_vec(),
            events: manifest.events().to_vec(),
            limits: RaisedLimit::above_defaults(manifest),
        }
    }

    /// Returns what `new` asks for and `old` did not.
    #[must_use]
    pub fn diff(old: &Manifest, new: &Manifest) -> Self {
        let (was, is) = (old.permissions(), new.permissions());
        let method = |m: &&MethodPattern| !was.methods().iter().any(|old| old.covers(m));
        let domain = |d: &&DomainPattern| !was.allowed_domains().iter().any(|old| old.covers(d));
        Self {
            methods: is.methods().iter().filter(method).cloned().collect(),
            libraries: Some(is.libraries().clone()).filter(|new| !was.libraries().covers(new)),
            domains: is.allowed_domains().iter().filter(domain).cloned().collect(),
            events: new.events().iter().filter(|e| !old.events().contains(e)).cloned().collect(),
            limits: RaisedLimit::between(old, new),
        }
    }

    /// Returns whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.methods.is_empty()
            && self.libraries.is_none()
            && self.domains.is_empty()
            && self.events.is_empty()
            && self.limits.is_empty()
    }

    /// Describes what this lets the extension do, one line for each permission, without a full stop.
    #[must_use]
    pub fn describe(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut add = |word: &str| {
            if !lines.iter().any(|line| line == word) {
                lines.push(word.to_owned());
            }
        };
        for (words, _) in WORDS.iter().filter(|(_, names)| self.asks_for(names)) {
            add(words);
        }
        for method in self.methods.iter().filter(|method| !is_known(method)) {
            add(&format!("call {method}"));
        }
        if !self.events.is_empty() {
            add(&format!("be told of what happens in your libraries ({})", self.events.join(", ")));
        }
        lines.extend(self.places());
        lines.extend(self.limits.iter().map(|limit| format!("use more of this computer: {limit}")));
        lines
    }

    /// Describes the risks of this together with all that `manifest` asks for, the worst first.
    #[must_use]
    pub fn risks(&self, manifest: &Manifest) -> Vec<String> {
        let all = Self::all(manifest);
        let mut risks = Vec::new();
        let is_mail = |domain: &&DomainPattern| domain.scheme().is_mail();
        let (mail, web): (Vec<_>, Vec<_>) = all.domains.iter().partition(is_mail);
        if !web.is_empty() && (all.reads() || self.reads()) {
            let servers = names(web);
            risks.push(format!(
                "reads your files and may send data to {servers}: it can send your files there"
            ));
        } else if !web.is_empty() {
            risks.push(format!("may send data to {}", names(web)));
        }
        if !mail.is_empty() {
            let servers = names(mail);
            risks.push(format!("can read all mail at {servers} that you keep a login for"));
        }
        if all.domains.iter().any(|domain| domain.scheme() == ext_manifest::Scheme::Http) {
            risks.push("some of it goes over the network unencrypted: others can read it".into());
        }
        if self.asks_for(&["query:secrets.reveal.v1"]) {
            risks.push(
                "can read the passwords and tokens that you keep for it in plain text: what it reads, it \
                 can keep or send"
                    .to_owned(),
            );
        }
        if self.methods.iter().any(deletes) {
            risks.push("can delete entries that it made".to_owned());
        }
        if self.libraries == Some(LibraryScope::All) {
            risks.push("works in all libraries, also those that you make later".to_owned());
        }
        risks
    }

    /// Describes the libraries; an extension that does nothing in any has words of its own.
    fn places(&self) -> Option<String> {
        let scope = self.libraries.as_ref()?;
        let nothing = self.methods.is_empty() && self.events.is_empty() && self.domains.is_empty();
        match scope {
            LibraryScope::Only(ids) if ids.is_empty() && nothing => Some(
                "answer its own operations with what they are given, and touch nothing else".into(),
            ),
            scope => Some(libraries(scope)),
        }
    }

    fn asks_for(&self, methods: &[&str]) -> bool {
        self.methods.iter().any(|pattern| matches_any(pattern, methods))
    }

    fn reads(&self) -> bool {
        let reads =
            |m: &MethodPattern| ["vdfs", "search", "media"].iter().any(|family| reaches(family, m));
        self.methods.iter().any(reads) || !self.events.is_empty()
    }
}

/// The operations for extensions, by the meaning that they have for people. A test checks that none is
/// missing.
const WORDS: &[(&str, &[&str])] = &[
    (
        "read your files, what is known about them, and notes beside them",
        &[
            "query:vdfs.get_entry.v1",
            "query:vdfs.list_entries.v1",
            "query:vdfs.list_changes.v1",
            "query:vdfs.list_versions.v1",
            "query:vdfs.read_content.v1",
            "query:vdfs.read_sidecar.v1",
            "query:vdfs.list_sidecars.v1",
        ],
    ),
    (
        "add entries, and change notes and what is known about your files",
        &[
            "action:vdfs.create_entry.input.v1",
            "action:vdfs.update_metadata.input.v1",
            "action:vdfs.delete_entry.input.v1",
            "action:vdfs.write_sidecar.input.v1",
            "action:vdfs.delete_sidecar.input.v1",
        ],
    ),
    ("search your libraries", &["query:search.entries.v1"]),
    (
        "have your files read again for search, which takes long",
        &["action:search.read_again.input.v1"],
    ),
    (
        "have your texts prepared for search by meaning, which takes long",
        &["action:search.make_vectors.input.v1"],
    ),
    (
        "have the index of your search built anew, which takes long",
        &["action:search.rebuild_index.input.v1"],
    ),
    ("check your files for damage, which takes long", &["query:vdfs.check_contents.v1"]),
    (
        "have the folders that your libraries follow looked at, which takes long",
        &["action:work.scan_locations.input.v1"],
    ),
    (
        "let models on this computer read your texts and pictures",
        &[
            "query:ai.ocr.v1",
            "query:ai.extract_text.v1",
            "query:ai.embed.v1",
            "query:ai.classify_text.v1",
        ],
    ),
    (
        "see small copies of your pictures, and when, where and with what they were taken",
        &["query:media.thumbnail.v1", "query:media.metadata.v1"],
    ),
    ("read the codes in your pictures and documents", &["query:media.codes.v1"]),
    ("send requests to servers", &["query:http.request.v1"]),
    (
        "read your mail",
        &[
            "query:mail.list_folders.v1",
            "query:mail.list_messages.v1",
            "query:mail.fetch_message.v1",
        ],
    ),
    (
        "use passwords and tokens that it keeps here",
        &["query:credentials.get.v1", "query:credentials.list.v1"],
    ),
    (
        "keep passwords and tokens of its own here",
        &["action:credentials.store.input.v1", "action:credentials.delete.input.v1"],
    ),
    (
        "read the passwords and tokens that it keeps here in plain text",
        &["query:secrets.reveal.v1"],
    ),
    (
        "read its own settings, and the secrets that you set there for it",
        &["query:settings.get.v1"],
    ),
    ("see how its jobs go", &["query:jobs.status.v1", "query:jobs.list.v1"]),
    (
        "work in the background",
        &[
            "action:jobs.dispatch.input.v1",
            "action:jobs.cancel.input.v1",
            "action:jobs.checkpoint.input.v1",
        ],
    ),
    ("tell others of what it did", &["action:events.publish.input.v1"]),
    (
        "note in each library which of its events it waits for; it receives all of them all the same",
        &[
            "action:events.subscribe.input.v1",
            "action:events.unsubscribe.input.v1",
            "query:events.subscriptions.v1",
        ],
    ),
    (
        "ask which program this is and what it has left of its limits",
        &["query:core.status.v1", "query:core.quota.v1"],
    ),
];

fn is_known(method: &MethodPattern) -> bool {
    WORDS.iter().any(|(_, names)| matches_any(method, names))
}

fn matches_any(pattern: &MethodPattern, methods: &[&str]) -> bool {
    methods.iter().any(|method| Method::parse(method).is_ok_and(|method| pattern.matches(method)))
}

/// Returns whether a manifest asks for no rights, so that none are granted.
pub(crate) fn asks_for_nothing(manifest: &Manifest) -> bool {
    let permissions = manifest.permissions();
    permissions.methods().is_empty()
        && permissions.allowed_domains().is_empty()
        && manifest.events().is_empty()
}

/// Returns whether a pattern matches methods that reach servers.
pub(crate) fn uses_servers(method: &MethodPattern) -> bool {
    ["http", "mail"].iter().any(|family| reaches(family, method))
}

/// Returns whether a pattern matches something in a family.
fn reaches(family: &str, method: &MethodPattern) -> bool {
    match method.name() {
        ext_manifest::PatternName::Exact { name, .. } => name.split('.').next() == Some(family),
        ext_manifest::PatternName::Under { family: under } => {
            under.split('.').next() == Some(family)
        }
    }
}

fn deletes(method: &MethodPattern) -> bool {
    Method::parse("action:vdfs.delete_entry.input.v1").is_ok_and(|delete| method.matches(delete))
}

fn names(domains: Vec<&DomainPattern>) -> String {
    let name = |domain: &DomainPattern| match (domain.is_wildcard(), domain.host()) {
        (true, "") => "every mail server".to_owned(),
        (true, host) => format!("everything under {host}"),
        (false, host) => host.to_owned(),
    };
    let names: BTreeSet<String> = domains.into_iter().map(name).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}

fn libraries(scope: &LibraryScope) -> String {
    match scope {
        LibraryScope::All => "all of that in all libraries, also those that you make later".into(),
        LibraryScope::Only(ids) if ids.is_empty() => "do that in no library".to_owned(),
        LibraryScope::Only(ids) => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            format!("all of that in the libraries {}", ids.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn manifest(permissions: Value, events: Value) -> Manifest {
        let json = json!({
            "id": "demo", "name": "Demo", "version": "1.0.0", "wasm_file": "demo.wasm",
            "permissions": permissions, "events": events,
        });
        Manifest::parse(json.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn reading_and_sending_together_are_a_risk_and_alone_are_another() {
        let both = json!({ "methods": ["query:vdfs.read_content", "action:http.request"],
            "libraries": [], "allowed_domains": ["https://api.example.com"] });
        let asks = manifest(both, json!([]));
        let risks = PermissionRequest::all(&asks).risks(&asks);
        assert_eq!(
            risks,
            ["reads your files and may send data to api.example.com: it can send your files there"]
        );
        let sends = json!({ "methods": ["action:http.request"],
            "allowed_domains": ["https://api.example.com"] });
        let asks = manifest(sends, json!([]));
        assert_eq!(
            PermissionRequest::all(&asks).risks(&asks),
            ["may send data to api.example.com"]
        );
        let reads = manifest(json!({ "methods": ["query:vdfs.read_content"] }), json!([]));
        assert_eq!(PermissionRequest::all(&reads).risks(&reads), [""; 0]);
    }

    #[test]
    fn mail_servers_are_a_risk_of_their_own() {
        let asks = json!({ "methods": ["query:vdfs.read_content", "query:mail.*"],
            "allowed_domains": ["imaps://*", "imaps://imap.example.com"] });
        let asks = manifest(asks, json!([]));
        let risks = PermissionRequest::all(&asks).risks(&asks);
        assert_eq!(
            risks,
            ["can read all mail at every mail server, imap.example.com that you keep a login for"]
        );
    }

    /// Asserts that each operation for extensions has words.
    struct HasWords;

    impl ext_wire::ops::Visitor for HasWords {
        fn visit<W: ext_wire::Wire>(&mut self) {
            let method = MethodPattern::parse(W::METHOD).unwrap();
            assert_eq!(is_known(&method), !W::HOST_ONLY, "{}", W::METHOD);
        }
    }

    #[test]
    fn every_operation_for_extensions_has_words() {
        ext_wire::ops::visit_all(&mut HasWords);
        let methods = WORDS.iter().flat_map(|(_, methods)| *methods);
        methods.for_each(|method| assert!(Method::parse(method).is_ok(), "{method}"));
    }

    #[test]
    fn reading_secrets_in_plain_text_is_a_risk() {
        let risks = |methods: Value| {
            let asks = manifest(json!({ "methods": methods }), json!([]));
            PermissionRequest::all(&asks).risks(&asks)
        };
        let reveals = risks(json!(["secrets.reveal"]));
        assert!(reveals.len() == 1 && reveals[0].contains("in plain text"), "{reveals:?}");
        assert_eq!(risks(json!(["secrets.*"])), reveals);
        assert_eq!(risks(json!(["credentials.get"])), [""; 0]);
    }

    #[test]
    fn words_are_only_of_what_exists() {
        let words = |methods: Value| {
            let asks = manifest(json!({ "methods": methods, "libraries": ["*"] }), json!([]));
            PermissionRequest::all(&asks).describe().join("; ")
        };
        let reads = words(json!(["vdfs.read_content"]));
        assert!(reads.contains("read your files") && !reads.contains("add entries"), "{reads}");
        let mail = words(json!(["mail.list_messages"]));
        assert!(mail.contains("read your mail") && !mail.contains("change"), "{mail}");
        let nothing = manifest(json!({}), json!([]));
        assert_eq!(
            PermissionRequest::all(&nothing).describe(),
            ["answer its own operations with what they are given, and touch nothing else"]
        );
    }

    #[test]
    fn words_say_what_the_method_does() {
        let words = |methods: Value| {
            let asks = manifest(json!({ "methods": methods }), json!([]));
            PermissionRequest::all(&asks).describe()[..].join("; ")
        };
        assert!(words(json!(["secrets.reveal"])).contains("in plain text"));
        let subscribes = words(json!(["action:events.subscribe"]));
        assert!(subscribes.contains("receives") && !subscribes.contains("tell"), "{subscribes}");
        assert!(words(json!(["events.*"])).contains("tell others"));
        assert!(words(json!(["query:ai.ocr.v9"])).contains("call query:ai.ocr.v9"));
    }

    #[test]
    fn larger_limits_are_asked_for() {
        let with = |limits: Value| {
            let json = json!({ "id": "demo", "name": "Demo", "version": "1.0.0",
                "wasm_file": "demo.wasm", "limits": limits });
            Manifest::parse(json.to_string().as_bytes()).unwrap()
        };
        let (small, large) = (with(json!({ "memory_mb": 16 })), with(json!({ "memory_mb": 4096 })));
        let asks = PermissionRequest::diff(&small, &large);
        assert!(!asks.is_empty());
        assert_eq!(
            asks.describe(),
            ["use more of this computer: limits.memory_mb 4096 (instead of 16)"]
        );
        assert!(PermissionRequest::diff(&large, &small).is_empty());
        assert!(PermissionRequest::all(&large).describe().iter().any(|line| line.contains("4096")));
        assert!(PermissionRequest::all(&small).limits.is_empty());
    }

    #[test]
    fn an_update_asks_for_what_is_new_only() {
        let old = manifest(
            json!({ "methods": ["vdfs.*", "query:ai.ocr"], "libraries": ["*"],
                "allowed_domains": ["https://*.example.com"] }),
            json!([]),
        );
        let less = manifest(
            json!({ "methods": ["query:vdfs.read_content", "query:ai.ocr.v1"], "libraries": [],
                "allowed_domains": ["https://a.example.com"] }),
            json!([]),
        );
        assert!(PermissionRequest::diff(&old, &less).is_empty());
        assert!(PermissionRequest::diff(&old, &old).is_empty());
        let more = PermissionRequest::diff(&less, &old);
        assert_eq!(more.methods.len(), 2);
        assert_eq!(more.libraries, Some(LibraryScope::All));
        assert_eq!(more.domains.len(), 1);
        let receiving = manifest(json!({}), json!(["entry.created"]));
        let silent = manifest(json!({}), json!([]));
        assert_eq!(PermissionRequest::diff(&silent, &receiving).events, ["entry.created"]);
    }

    #[test]
    fn every_pattern_is_put_into_words() {
        let all = manifest(
            json!({ "methods": ["vdfs.*", "query:ai.ocr", "photos.show"], "libraries": ["*"] }),
            json!(["entry.created"]),
        );
        let words = PermissionRequest::all(&all).describe();
        for part in [
            "read your files",
            "add entries",
            "models on this computer",
            "call photos.show",
            "entry.created",
            "all libraries",
        ] {
            assert!(words.iter().any(|line| line.contains(part)), "{part} is missing in {words:?}");
        }
    }
}
