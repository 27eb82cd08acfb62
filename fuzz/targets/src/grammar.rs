//! Texts that people and extensions write: manifests, methods, names, patterns.

use ext_manifest::{DomainPattern, Manifest, MethodPattern};
use ext_perm::Glob;
use ext_wire::{EntryPath, Method, names as grammar};

/// A manifest that is accepted grants what its patterns say and names a file in its own folder.
pub fn manifest(data: &[u8]) {
    let Ok(manifest) = Manifest::parse(data) else { return };
    let wasm = manifest.wasm_file();
    assert!(!wasm.contains(['/', '\\', '\0']) && wasm != "..", "{wasm:?} leaves the folder");
    for domain in manifest.permissions().allowed_domains() {
        assert!(domain.covers(domain), "{domain}");
    }
    for method in manifest.permissions().methods() {
        assert!(method.covers(method), "{method}");
    }
}

/// A method, a pattern and an origin that are read are printed as they were written, or as
/// something that is read the same.
pub fn method_grammar(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(method) = Method::parse(text) {
        assert_eq!(method.to_string(), text);
    }
    if let Ok(pattern) = MethodPattern::parse(text) {
        assert_eq!(MethodPattern::parse(&pattern.to_string()).as_ref(), Ok(&pattern));
    }
    if let Ok(domain) = DomainPattern::parse(text) {
        assert_eq!(DomainPattern::parse(&domain.to_string()).as_ref(), Ok(&domain));
    }
}

/// A name that is accepted is in its last form: it is accepted again, unchanged.
pub fn names(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(path) = text.parse::<EntryPath>() {
        assert_eq!(path.as_str().parse().as_ref(), Ok(&path));
        assert!(!path.as_str().split('/').any(|part| matches!(part, "" | "." | "..")), "{path:?}");
    }
    if let Ok(name) = grammar::entry_name(text) {
        assert_eq!(grammar::entry_name(&name).as_deref(), Ok(name.as_str()));
    }
    if grammar::sidecar_name(text).is_ok() {
        assert!(!text.contains(['/', '\\', '\0']), "{text:?}");
    }
    let Some((pattern, text)) = text.split_once('\n') else { return };
    if let Ok(glob) = pattern.parse::<Glob>() {
        // Ends, and says the same twice.
        assert_eq!(glob.matches(text), glob.matches(text));
    }
}
