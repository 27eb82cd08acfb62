//! The permissions that an extension asks for, in words that a person understands, and their risks.

use std::collections::BTreeSet;

use ext_manifest::{DomainPattern, LibraryScope, Manifest, MethodPattern};
use ext_perm::{Effect, Rule, all_that};
use ext_wire::Method;
use serde::Serialize;

/// The permissions that an extension asks for, or that a new version asks for and the old one did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PermissionRequest {
    /// Patterns of methods.
    pub methods: Vec<MethodPattern>,
    /// The libraries; `None` for no others than before.
    pub libraries: Option<LibraryScope>,
    /// Servers that it reaches.
    pub domains: Vec<DomainPattern>,
    /// Kinds of events.
    pub events: Vec<String>,
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
        }
    }

    /// Returns whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.methods.is_empty()
            && self.libraries.is_none()
            && self.domains.is_empty()
            && self.events.is_empty()
    }

    /// Returns the rules that grant this and no more. `manifest` is the one that asks.
    pub(crate) fn grants(&self, manifest: &Manifest) -> Vec<Rule> {
        let all = all_that(manifest);
        let rule = |methods: Vec<MethodPattern>| Rule {
            methods: Some(methods),
            ..Rule { effect: Effect::Allow, ..all.clone() }
        };
        let hear = MethodPattern::parse("query:events.hear").ok();
        let mut new = self.methods.clone();
        new.extend(hear.filter(|_| !self.events.is_empty()));
        let mut rules = Vec::new();
        if !new.is_empty() {
            rules.push(rule(new));
        }
        if let Some(libraries) = &self.libraries {
            let methods = all.methods.clone().unwrap_or_default();
            rules.push(Rule { libraries: Some(libraries.clone()), ..rule(methods) });
        }
        if !self.domains.is_empty() {
            // Only what speaks to servers: a rule for other methods would widen more than asked.
            let methods = all.methods.clone().unwrap_or_default();
            let speaks = |method: &MethodPattern| {
                ["http", "mail"].iter().any(|family| reaches(family, method))
            };
            let speaks = methods.into_iter().filter(speaks).collect();
            rules.push(Rule { domains: Some(self.domains.clone()), ..rule(speaks) });
        }
        rules
    }

    /// Describes what this lets the extension do, one line for each thing, without a full stop.
    #[must_use]
    pub fn describe(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut add = |word: &str| {
            if !lines.iter().any(|line| line == word) {
                lines.push(word.to_owned());
            }
        };
        for (family, read, change) in WORDS {
            for method in self.methods.iter().filter(|method| reaches(family, method)) {
                if method.kind() != Some(ext_wire::MethodKind::Action) {
                    add(read);
                }
                if method.kind() != Some(ext_wire::MethodKind::Query) {
                    add(change);
                }
            }
        }
        let known = |method: &&MethodPattern| WORDS.iter().any(|(f, ..)| reaches(f, method));
        for method in self.methods.iter().filter(|method| !known(method)) {
            add(&format!("call {method}"));
        }
        if !self.events.is_empty() {
            add(&format!("be told of what happens in your libraries ({})", self.events.join(", ")));
        }
        lines.extend(self.libraries.as_ref().map(libraries));
        lines
    }

    /// Describes what could come of this together with all that `manifest` asks for: the worst first.
    #[must_use]
    pub fn risks(&self, manifest: &Manifest) -> Vec<String> {
        let all = Self::all(manifest);
        let mut risks = Vec::new();
        let is_mail = |domain: &&DomainPattern| domain.scheme() == ext_manifest::Scheme::Imaps;
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
        if self.methods.iter().any(deletes) {
            risks.push("can delete entries that it made".to_owned());
        }
        if self.libraries == Some(LibraryScope::All) {
            risks.push("works in all libraries, also those that you make later".to_owned());
        }
        risks
    }

    fn reads(&self) -> bool {
        let reads = |m: &MethodPattern| ["vdfs", "search"].iter().any(|family| reaches(family, m));
        self.methods.iter().any(reads) || !self.events.is_empty()
    }
}

/// Families of methods, each with what reading and changing there means to a person.
const WORDS: &[(&str, &str, &str)] = &[
    (
        "vdfs",
        "read your files, what is known about them, and notes beside them",
        "add entries, and change notes and what is known about your files",
    ),
    ("search", "search your libraries", "search your libraries"),
    (
        "ai",
        "let models on this computer read your texts and pictures",
        "let models on this computer read your texts and pictures",
    ),
    ("http", "send requests to servers", "send requests to servers"),
    ("mail", "read your mail", "send mail, and change your mailbox"),
    (
        "credentials",
        "use passwords and tokens that it keeps here",
        "keep passwords and tokens of its own here",
    ),
    ("jobs", "see how its jobs go", "work in the background"),
    ("events", "ask what it hears of", "tell others of what it did"),
    (
        "core",
        "ask which program this is and what it has left of its limits",
        "change settings of this program",
    ),
    ("models", "ask which models there are", "fetch models"),
];

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
        LibraryScope::Only(ids) if ids.is_empty() => "all of that in no library".to_owned(),
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
        let grants = PermissionRequest::all(&asks).grants(&asks);
        let speaks = grants.last().and_then(|statement| statement.methods.as_ref()).unwrap();
        let speaks: Vec<String> = speaks.iter().map(ToString::to_string).collect();
        assert_eq!(speaks, ["query:mail.*"], "the rule for servers is about nothing else");
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
        let hears = manifest(json!({}), json!(["entry.created"]));
        let silent = manifest(json!({}), json!([]));
        assert_eq!(PermissionRequest::diff(&silent, &hears).events, ["entry.created"]);
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
