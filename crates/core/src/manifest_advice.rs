//! Advice on what a manifest asks for and cannot have: names that nothing answers to, and permissions
//! that are of no use without another.

use ext_manifest::{LibraryScope, Manifest, MethodPattern, PatternName};
use ext_perm::RECEIVE_EVENT;
use ext_wire::Method;

use crate::catalogue::OfferedOperation;

/// Longest name that is compared with others, in bytes: the comparison takes time that grows with the
/// product of both lengths.
const MAX_COMPARED: usize = 64;

/// Lists what `manifest` asks for in vain, one sentence each, without a full stop. `operations` are
/// those that this program and its extensions offer.
pub(crate) fn advise(manifest: &Manifest, operations: &[OfferedOperation]) -> Vec<String> {
    let methods = manifest.permissions().methods();
    let unknown = methods.iter().filter_map(|pattern| unmatched(pattern, manifest, operations));
    unknown.chain(without_use(manifest)).collect()
}

/// Describes a pattern that matches nothing that the extension could call.
fn unmatched(
    pattern: &MethodPattern,
    manifest: &Manifest,
    operations: &[OfferedOperation],
) -> Option<String> {
    if matches(pattern, RECEIVE_EVENT) {
        return None;
    }
    let offered = operations.iter().filter(|operation| matches(pattern, &operation.method));
    let own = manifest.operations().iter().any(|own| matches(pattern, own.method()));
    let mut offered = offered.peekable();
    if own || offered.clone().any(|operation| !operation.host_only) {
        return None;
    }
    if let Some(operation) = offered.peek() {
        let method = &operation.method;
        return Some(format!("`{pattern}` cannot help: only the user may call `{method}`"));
    }
    let near = nearest(pattern, operations);
    let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Some(format!(
        "`{pattern}` matches no operation of this program or of an installed extension{hint}"
    ))
}

fn matches(pattern: &MethodPattern, method: &str) -> bool {
    Method::parse(method).is_ok_and(|method| pattern.matches(method))
}

/// Finds the name that is written most like that of the pattern, in the form of a pattern.
fn nearest(pattern: &MethodPattern, operations: &[OfferedOperation]) -> Option<String> {
    let parsed = operations.iter().filter(|operation| !operation.host_only);
    let parsed = parsed.filter_map(|operation| Method::parse(&operation.method).ok());
    let known: Vec<(String, String)> = match pattern.name() {
        PatternName::Exact { .. } => parsed.map(exact).collect(),
        PatternName::Under { .. } => parsed.filter_map(under).collect(),
    };
    let wanted = match pattern.name() {
        PatternName::Exact { name, .. } => name,
        PatternName::Under { family } => family,
    };
    if wanted.len() > MAX_COMPARED {
        return None;
    }
    let distance = |name: &str| strsim::damerau_levenshtein(wanted, name);
    let most = (wanted.len() / 4).max(2);
    let near = known.into_iter().map(|(name, written)| (distance(&name), written));
    near.filter(|(distance, _)| *distance <= most).min().map(|(_, written)| written)
}

/// Returns the name of a method, and the pattern of exactly this name and kind.
fn exact(method: Method<'_>) -> (String, String) {
    (method.name().to_owned(), format!("{}:{}", method.kind().name(), method.name()))
}

/// Returns the family of a method, and the pattern of all of it.
fn under(method: Method<'_>) -> Option<(String, String)> {
    let (family, _) = method.name().split_once('.')?;
    Some((family.to_owned(), format!("{family}.*")))
}

/// Describes permissions that are of no use without another one that is not asked for.
fn without_use(manifest: &Manifest) -> Vec<String> {
    let permissions = manifest.permissions();
    let reaches = |method: &str| permissions.methods().iter().any(|one| matches(one, method));
    let sends = reaches("query:http.request.v1")
        || ["list_folders", "list_messages", "fetch_message"]
            .iter()
            .any(|name| reaches(&format!("query:mail.{name}.v1")));
    let no_servers = permissions.allowed_domains().is_empty();
    let no_library =
        *permissions.libraries() == LibraryScope::Only(std::collections::BTreeSet::new());
    let mut advice = Vec::new();
    if sends && no_servers {
        advice.push(
            "it may send requests and reaches no server: `permissions.allowed_domains` is empty",
        );
    }
    if !sends && !no_servers {
        advice.push(
            "`permissions.allowed_domains` cannot help without `query:http.request` or `query:mail.*` in \
             `permissions.methods`",
        );
    }
    if no_library && !manifest.events().is_empty() {
        advice.push("it will receive no events: `permissions.libraries` is empty");
    }
    advice.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn advice(permissions: Value, events: Value) -> Vec<String> {
        let manifest = json!({
            "id": "demo", "name": "Demo", "version": "1.0.0", "wasm_file": "demo.wasm",
            "permissions": permissions, "events": events,
            "operations": [{ "method": "query:demo.words.v1" }],
        });
        let manifest = Manifest::parse(manifest.to_string().as_bytes()).unwrap();
        let registry = ext_registry::Registry::collect().unwrap();
        let operations: Vec<_> = registry.catalogue().map(OfferedOperation::from).collect();
        advise(&manifest, &operations)
    }

    fn advice_on(method: &str) -> Vec<String> {
        advice(json!({ "methods": [method], "libraries": ["*"] }), json!([]))
    }

    #[test]
    fn a_name_that_nothing_answers_to_is_said_with_the_nearest_one() {
        for (method, near) in [
            ("vdfs.read_contents", Some("`query:vdfs.read_content`")),
            ("query:vdfs.get_entrie.v1", Some("`query:vdfs.get_entry`")),
            ("vdsf.*", Some("`vdfs.*`")),
            ("photos.show", None),
            ("action:vdfs.read_content", Some("`query:vdfs.read_content`")),
        ] {
            let said = advice_on(method);
            assert!(said.len() == 1 && said[0].contains("matches no operation"), "{said:?}");
            assert_eq!(said[0].contains("did you mean"), near.is_some(), "{said:?}");
            assert!(said[0].contains(near.unwrap_or_default()), "{said:?}");
        }
    }

    #[test]
    fn what_only_the_user_may_call_cannot_be_asked_for() {
        let said = advice_on("extensions.list");
        assert!(said.len() == 1 && said[0].contains("only the user"), "{said:?}");
    }

    #[test]
    fn what_helps_is_not_spoken_of() {
        for method in ["vdfs.*", "vdfs.read_content", "query:events.hear", "query:demo.words"] {
            assert_eq!(advice_on(method), [""; 0], "{method}");
        }
    }

    #[test]
    fn a_permission_that_needs_another_is_said() {
        let alone =
            advice(json!({ "methods": ["query:http.request"], "libraries": ["*"] }), json!([]));
        assert!(alone.len() == 1 && alone[0].contains("allowed_domains"), "{alone:?}");
        let domains = json!({ "allowed_domains": ["https://example.com"], "libraries": ["*"] });
        assert_eq!(advice(domains, json!([])).len(), 1);
        let both = json!({ "methods": ["query:http.request"],
            "allowed_domains": ["https://example.com"], "libraries": ["*"] });
        assert_eq!(advice(both, json!([])), [""; 0]);
        let deaf =
            advice(json!({ "methods": ["query:vdfs.read_content"] }), json!(["entry.created"]));
        assert!(deaf.len() == 1 && deaf[0].contains("no events"), "{deaf:?}");
    }
}
