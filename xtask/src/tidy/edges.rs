//! Dependencies between the crates point one way.
//!
//! The table below is the architecture: who may know whom.
//! Tests may reach further, for they compose what the crate itself must not know.

use crate::workspace::{Package, Workspace};

/// Each crate, or family of crates ending in `*`, and what of the workspace it may depend on.
/// The first line that fits counts.
const MAY_DEPEND: &[(&str, &[&str])] = &[
    ("ext-abi", &[]),
    // The suite that hosts pass knows the bytes, and no host.
    ("ext-abi-conformance", &["ext-abi"]),
    // Numbers and dates in texts; it knows no operation and no host.
    ("ext-amounts", &[]),
    // Compiled with xtask, before anything else.
    ("ext-declared", &[]),
    ("ext-wire", &["ext-abi", "ext-amounts"]),
    ("ext-manifest", &["ext-abi", "ext-wire"]),
    ("ext-perm", &["ext-abi", "ext-wire", "ext-manifest"]),
    ("ext-perm-*", &["ext-wire", "ext-manifest", "ext-perm"]),
    // Operations ask for the witness `Granted`, so the registry knows it.
    ("ext-registry", &["ext-abi", "ext-wire", "ext-perm"]),
    // The engine moves bytes; it knows neither operations nor permissions.
    ("ext-host", &["ext-abi", "ext-host-wasi", "ext-sandbox", "ext-fs", "ext-process"]),
    // Knows guest memory as a trait, and no engine.
    ("ext-host-wasi", &["ext-abi"]),
    // An engine's instance, as it looks from another process.
    ("ext-host-process", &["ext-abi", "ext-host", "ext-sandbox", "ext-process"]),
    // Takes rights away from a process, whatever the process is for.
    ("ext-sandbox", &[]),
    // Folders, files and locks, whatever they are for.
    ("ext-fs", &[]),
    // A process and its pipes; it knows no message.
    ("ext-process", &[]),
    // Bytes that strangers send, taken apart; extensions do that in their sandbox.
    ("ext-senders", &[]),
    ("ext-unpack", &[]),
    // Picture files of strangers; what the pixels are for is decided above.
    ("ext-pixels", &[]),
    ("ext-models", &["ext-fs"]),
    // An extension as a file; whom to trust is decided above.
    ("ext-package", &["ext-wire", "ext-manifest", "ext-fs"]),
    // A protocol over the HTTP client that it is given; whom to trust is decided above.
    ("ext-package-oci", &["ext-wire", "ext-package", "ext-net", "ext-services"]),
    // For tests, which may reach anywhere.
    ("ext-testing", &[]),
    // What may be dialled; it decides about values and opens no socket.
    ("ext-net", &["ext-manifest"]),
    ("ext-dial", &["ext-net"]),
    // The traits that operations call and engines implement.
    ("ext-services", &["ext-wire", "ext-net"]),
    ("ext-ops", &["ext-abi", "ext-wire", "ext-net", "ext-perm", "ext-registry", "ext-services"]),
    // The suite that stores pass knows their contract, and no store.
    ("ext-library-conformance", &["ext-services", "ext-wire"]),
    ("ext-library-*", &["ext-abi", "ext-wire", "ext-services", "ext-fs"]),
    // An engine implements a service trait; it does not know who asks.
    ("ext-ops-isolated", &["ext-services", "ext-sandbox", "ext-process"]),
    (
        "ext-ops-*",
        &[
            "ext-amounts",
            "ext-senders",
            "ext-services",
            "ext-models",
            "ext-net",
            "ext-dial",
            "ext-pixels",
            "ext-unpack",
            "ext-wire",
            "ext-fs",
        ],
    ),
    (
        "ext-manager",
        &[
            "ext-abi",
            "ext-wire",
            "ext-manifest",
            "ext-perm",
            "ext-perm-*",
            "ext-registry",
            "ext-host",
            "ext-host-process",
            "ext-fs",
            "spacedrive-sdk-python",
        ],
    ),
    ("ext-audit", &["ext-abi", "ext-wire", "ext-perm", "ext-fs"]),
    (
        "ext-grants",
        &[
            "ext-wire",
            "ext-manifest",
            "ext-perm",
            "ext-perm-*",
            "ext-manager",
            "ext-audit",
            "ext-fs",
        ],
    ),
    // The protocol; it knows no operation, and not who runs one.
    ("ext-rpc", &["ext-wire", "ext-fs"]),
    ("ext-mcp", &["ext-wire"]),
    ("ext-metrics", &["ext-wire"]),
    ("ext-otlp", &["ext-wire"]),
    // Files for browsers; it knows neither the server nor what they call.
    ("spacedrive-console", &[]),
    ("spacedrive-core", &["ext-*"]),
    ("spacedrive-daemon", &["ext-*", "spacedrive-core", "spacedrive-console"]),
    ("spacedrive-cli", &["ext-*", "spacedrive-core", "spacedrive-daemon"]),
    ("spacedrive-sdk", &["ext-abi", "ext-wire", "spacedrive-sdk-macros"]),
    // A wrong method name fails where the extension is compiled.
    ("spacedrive-sdk-macros", &["ext-wire"]),
    ("spacedrive-sdk-python", &[]),
    // The guest of the benchmark.
    ("round-trip", &["spacedrive-sdk"]),
    // Calls whatever reads foreign bytes; nothing depends on it.
    ("fuzz-targets", &["ext-*", "finance", "spacedrive-sdk"]),
    // The guest of the core's tests.
    ("compat-guest", &["spacedrive-sdk"]),
    ("xtask", &["ext-declared"]),
];

/// The crates that an extension, in `extensions/`, may depend on.
const EXTENSIONS_MAY_DEPEND: &[&str] =
    &["spacedrive-sdk", "ext-amounts", "ext-senders", "ext-unpack"];

/// The crates that an app of somebody else may depend on, as those in `examples/` do.
const EXAMPLES_MAY_DEPEND: &[&str] = &[
    "ext-wire",
    "ext-manifest",
    "ext-perm",
    "ext-registry",
    "ext-services",
    "ext-ops",
    "ext-ops-*",
    "ext-manager",
    "spacedrive-core",
];

/// Crates from elsewhere that only these crates of ours may name, their tests included.
const ONLY_FOR: &[(&str, &[&str])] = &[
    ("wasmer", &["ext-host"]),
    ("wasmer-*", &["ext-host"]),
    // The second for a database that is locked.
    ("rusqlite", &["ext-library-sqlite", "ext-testing"]),
    // Dialling goes through the crate that takes vetted addresses only.
    ("hyper", &["ext-ops-http-hyper", "ext-rpc"]),
    ("hyper-util", &["ext-ops-http-hyper", "ext-rpc"]),
    // The second for clients in its tests.
    ("jsonrpsee-*", &["ext-rpc", "spacedrive-cli"]),
    ("prometheus-client", &["ext-metrics"]),
    // The second for a collector in its tests.
    ("opentelemetry*", &["ext-otlp", "spacedrive-cli"]),
    ("tracing-opentelemetry", &["ext-otlp"]),
    ("rmcp", &["ext-mcp"]),
    // The second for a server in its tests.
    ("rustls", &["ext-dial", "ext-ops-http-hyper", "ext-rpc"]),
    ("tokio-rustls", &["ext-dial", "ext-rpc"]),
    ("imap-next", &["ext-ops-mail-imap"]),
    ("tar", &["ext-unpack"]),
];

/// Of ours, what only tests may use.
const ONLY_IN_TESTS: &str = "ext-testing";

/// Lists the dependencies that point the wrong way.
pub(super) fn check(workspace: &Workspace) -> Vec<String> {
    let packages = &workspace.packages;
    packages.iter().flat_map(|package| check_package(workspace, package)).collect()
}

fn check_package(workspace: &Workspace, package: &Package) -> Vec<String> {
    let Some(allowed) = allowed(workspace, package) else {
        return vec![format!("{}: not in the table of xtask/src/tidy/edges.rs", package.name)];
    };
    let ours = |name: &str| workspace.packages.iter().any(|package| package.name == name);
    let mut problems = Vec::new();
    for dependency in &package.dependencies {
        let name = &dependency.name;
        let may = any_fits(allowed, name) && name != ONLY_IN_TESTS;
        if ours(name) && !dependency.dev && !may {
            problems.push(format!("{}: must not depend on {name}", package.name));
        }
        if let Some(owners) = owners(name).filter(|owners| !owners.contains(&&*package.name)) {
            problems.push(format!("{}: only {} may use {name}", package.name, owners.join(", ")));
        }
    }
    problems
}

fn allowed(workspace: &Workspace, package: &Package) -> Option<&'static [&'static str]> {
    if package.folder.starts_with(workspace.root.join("extensions")) {
        return Some(EXTENSIONS_MAY_DEPEND);
    }
    if package.folder.starts_with(workspace.root.join("examples")) {
        return Some(EXAMPLES_MAY_DEPEND);
    }
    let line = MAY_DEPEND.iter().find(|(pattern, _)| fits(pattern, &package.name));
    line.map(|(_, allowed)| *allowed)
}

fn owners(name: &str) -> Option<&'static [&'static str]> {
    let line = ONLY_FOR.iter().find(|(pattern, _)| fits(pattern, name));
    line.map(|(_, owners)| *owners)
}

fn any_fits(patterns: &[&str], name: &str) -> bool {
    patterns.iter().any(|pattern| fits(pattern, name))
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Dependency;

    fn package(folder: &str, name: &str, dependencies: &[&str]) -> Package {
        let dependency = |name: &&str| Dependency { name: (*name).to_owned(), dev: false };
        Package {
            name: name.to_owned(),
            folder: format!("/p/{folder}").into(),
            library: None,
            dependencies: dependencies.iter().map(dependency).collect(),
        }
    }

    fn problems(packages: Vec<Package>) -> Vec<String> {
        let target = "/p/target".into();
        check(&Workspace { root: "/p".into(), target, packages })
    }

    #[test]
    fn downwards_is_fine() {
        let packages = vec![
            package("crates/ext-abi", "ext-abi", &[]),
            package("crates/ext-wire", "ext-wire", &["ext-abi", "serde"]),
            package("crates/ext-ops", "ext-ops", &["ext-wire"]),
            package("crates/ext-services", "ext-services", &["ext-wire"]),
            package("crates/ext-ops-ocr-rten", "ext-ops-ocr-rten", &["ext-services"]),
            package("crates/ext-host", "ext-host", &["ext-abi", "wasmer"]),
        ];
        assert_eq!(problems(packages), [""; 0]);
    }

    #[test]
    fn upwards_is_not() {
        let packages = vec![
            package("crates/ext-wire", "ext-wire", &[]),
            package("crates/ext-abi", "ext-abi", &["ext-wire"]),
            package("crates/ext-host", "ext-host", &["ext-wire"]),
            package("crates/ext-ops", "ext-ops", &["ext-host"]),
        ];
        let expected = [
            "ext-abi: must not depend on ext-wire",
            "ext-host: must not depend on ext-wire",
            "ext-ops: must not depend on ext-host",
        ];
        assert_eq!(problems(packages), expected);
    }

    #[test]
    fn tests_may_reach_further_but_not_for_the_engine() {
        let mut manager = package("crates/ext-manager", "ext-manager", &["ext-ops", "wasmer"]);
        manager.dependencies.iter_mut().for_each(|dependency| dependency.dev = true);
        let packages = vec![manager, package("crates/ext-ops", "ext-ops", &[])];
        assert_eq!(problems(packages), ["ext-manager: only ext-host may use wasmer"]);
    }

    #[test]
    fn what_is_for_tests_is_used_by_tests() {
        let used = |dev: bool| {
            let mut cli = package("crates/cli", "spacedrive-cli", &["ext-testing"]);
            cli.dependencies.iter_mut().for_each(|dependency| dependency.dev = dev);
            problems(vec![cli, package("crates/ext-testing", "ext-testing", &[])])
        };
        assert_eq!(used(true), [""; 0]);
        assert_eq!(used(false), ["spacedrive-cli: must not depend on ext-testing"]);
    }

    #[test]
    fn an_extension_knows_the_sdk_only() {
        let packages = vec![
            package("sdk/rust", "spacedrive-sdk", &[]),
            package("crates/core", "spacedrive-core", &[]),
            package("extensions/notes", "notes", &["spacedrive-sdk", "spacedrive-core"]),
        ];
        assert_eq!(problems(packages), ["notes: must not depend on spacedrive-core"]);
    }

    #[test]
    fn an_example_knows_what_embedders_use() {
        let packages = vec![
            package("crates/ext-host", "ext-host", &[]),
            package("crates/ext-manager", "ext-manager", &["ext-host"]),
            package("examples/app", "app", &["ext-manager", "ext-host"]),
        ];
        assert_eq!(problems(packages), ["app: must not depend on ext-host"]);
    }

    #[test]
    fn a_new_crate_has_to_be_placed() {
        let problems = problems(vec![package("crates/new", "new", &[])]);
        assert_eq!(problems, ["new: not in the table of xtask/src/tidy/edges.rs"]);
    }

    /// Following the table down must end: otherwise it would allow a cycle.
    #[test]
    fn the_table_allows_no_cycle() {
        let names: Vec<&str> = MAY_DEPEND.iter().map(|(name, _)| *name).collect();
        for (name, _) in MAY_DEPEND {
            let mut seen = vec![*name];
            let mut next = 0;
            while let Some(current) = seen.get(next).copied() {
                let below = MAY_DEPEND.iter().filter(|(pattern, _)| *pattern == current);
                for (_, patterns) in below {
                    let reached = names.iter().filter(|other| any_fits(patterns, other));
                    let reached: Vec<&str> = reached.copied().collect();
                    assert!(!reached.contains(name), "{name} reaches itself through {current}");
                    let fresh: Vec<_> = reached.into_iter().filter(|r| !seen.contains(r)).collect();
                    seen.extend(fresh);
                }
                next += 1;
            }
        }
    }
}
