//! Names of registries, and of extensions in them.

use std::{fmt, str::FromStr};

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::error::OciError;

/// The longest name of a registry or an extension, in bytes: repositories have at most 255.
const MAX_BYTES: usize = 100;

/// A registry: a host, perhaps with a port, and a path in front of the repositories, as in
/// `registry.example.com`, `127.0.0.1:5000` or `ghcr.io/acme/extensions`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Registry {
    host: String,
    path: Option<String>,
}

impl Registry {
    /// Reads the name of a registry.
    ///
    /// ```
    /// use ext_package_oci::Registry;
    ///
    /// assert_eq!(Registry::parse("ghcr.io/acme")?.origin(), "https://ghcr.io");
    /// assert_eq!(Registry::parse("127.0.0.1:5000")?.origin(), "http://127.0.0.1:5000");
    /// assert!(Registry::parse("acme").is_err());
    /// # Ok::<(), ext_package_oci::OciError>(())
    /// ```
    ///
    /// # Errors
    /// [`OciError::Name`].
    pub fn parse(text: &str) -> Result<Self, OciError> {
        let wrong = |problem| OciError::name("a registry", text, problem);
        let bare = text.strip_prefix("https://").unwrap_or(text).trim_end_matches('/');
        if bare.len() > MAX_BYTES {
            return Err(wrong("it is too long"));
        }
        let (host, path) = match bare.split_once('/') {
            Some((host, path)) => (host, Some(path)),
            None => (bare, None),
        };
        if !is_host(host) {
            return Err(wrong("it begins with a host, such as `registry.example.com`"));
        }
        if path.is_some_and(|path| !path.split('/').all(is_component)) {
            return Err(wrong("its path has other characters than a-z, 0-9, `.`, `_`, `-`"));
        }
        let mut this = Self { host: host.to_ascii_lowercase(), path: path.map(str::to_owned) };
        // An origin is written without the port that it has by default.
        let usual = if this.is_loopback() { ":80" } else { ":443" };
        if let Some(bare) = this.host.strip_suffix(usual) {
            this.host = bare.to_owned();
        }
        Ok(this)
    }

    /// Returns scheme, host and port. Only a registry on this machine is spoken to without TLS.
    #[must_use]
    pub fn origin(&self) -> String {
        let scheme = if self.is_loopback() { "http" } else { "https" };
        format!("{scheme}://{}", self.host)
    }

    /// Returns host and port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns whether it runs on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let name = match self.host.rsplit_once(':') {
            Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
            _ => &self.host,
        };
        name == "localhost"
            || name.ends_with(".localhost")
            || name == "[::1]"
            || name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
    }

    /// Returns the name of a repository below its path.
    pub(crate) fn repository(&self, name: &str) -> String {
        self.path.as_ref().map_or_else(|| name.to_owned(), |path| format!("{path}/{name}"))
    }
}

impl fmt::Display for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.iter().flat_map(|path| ["/", path]);
        f.write_str(&self.host)?;
        path.into_iter().try_for_each(|part| f.write_str(part))
    }
}

impl TryFrom<String> for Registry {
    type Error = OciError;

    fn try_from(text: String) -> Result<Self, OciError> {
        Self::parse(&text)
    }
}

impl From<Registry> for String {
    fn from(registry: Registry) -> Self {
        registry.to_string()
    }
}

/// The name of an extension in a registry: a namespace, and its id. `acme/notes`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExtensionName {
    namespace: String,
    id: String,
}

impl ExtensionName {
    /// Makes the name of an extension.
    ///
    /// # Errors
    /// [`OciError::Name`] when the namespace or the id is not one.
    pub fn new(namespace: &str, id: &str) -> Result<Self, OciError> {
        if !is_component(namespace) || namespace.len() > MAX_BYTES {
            let problem = "it has other characters than a-z, 0-9, `.`, `_`, `-`";
            return Err(OciError::name("a namespace", namespace, problem));
        }
        match ext_wire::is_segment(id) {
            true => Ok(Self { namespace: namespace.to_owned(), id: id.to_owned() }),
            false => Err(OciError::name("the id of an extension", id, "it is written `my_notes`")),
        }
    }

    /// Returns the namespace.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Returns the id of the extension.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Display for ExtensionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.id)
    }
}

impl FromStr for ExtensionName {
    type Err = OciError;

    fn from_str(text: &str) -> Result<Self, OciError> {
        let unnamed = || OciError::name("an extension", text, "it is written `NAMESPACE/NAME`");
        let (namespace, id) = text.split_once('/').ok_or_else(unnamed)?;
        Self::new(namespace, id)
    }
}

impl TryFrom<String> for ExtensionName {
    type Error = OciError;

    fn try_from(text: String) -> Result<Self, OciError> {
        text.parse()
    }
}

impl From<ExtensionName> for String {
    fn from(name: ExtensionName) -> Self {
        name.to_string()
    }
}

/// An extension as people name it: `[REGISTRY/]NAMESPACE/NAME[@VERSION]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The registry, where it is named.
    pub registry: Option<Registry>,
    /// The extension.
    pub name: ExtensionName,
    /// The version, where it is named.
    pub version: Option<Version>,
}

impl FromStr for Reference {
    type Err = OciError;

    /// Reads a reference.
    ///
    /// ```
    /// use ext_package_oci::Reference;
    ///
    /// let named: Reference = "127.0.0.1:5000/acme/notes@1.2.0".parse()?;
    /// assert_eq!((named.name.namespace(), named.name.id()), ("acme", "notes"));
    /// assert!("acme/notes".parse::<Reference>()?.registry.is_none());
    /// assert!("../acme/notes".parse::<Reference>().is_err());
    /// # Ok::<(), ext_package_oci::OciError>(())
    /// ```
    fn from_str(text: &str) -> Result<Self, OciError> {
        let wrong = |problem| OciError::name("an extension", text, problem);
        let (name, version) = match text.rsplit_once('@') {
            Some((name, version)) => (name, Some(version)),
            None => (text, None),
        };
        let version = version.map(Version::parse).transpose();
        let version = version.map_err(|_| wrong("its version is not like `1.2.0`"))?;
        let unnamed = || wrong("it is written `[REGISTRY/]NAMESPACE/NAME[@VERSION]`");
        let (rest, id) = name.rsplit_once('/').ok_or_else(unnamed)?;
        let (registry, namespace) = match rest.rsplit_once('/') {
            Some((registry, namespace)) => (Some(Registry::parse(registry)?), namespace),
            None => (None, rest),
        };
        Ok(Self { registry, name: ExtensionName::new(namespace, id)?, version })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.registry.iter().try_for_each(|registry| write!(f, "{registry}/"))?;
        self.name.fmt(f)?;
        self.version.iter().try_for_each(|version| write!(f, "@{version}"))
    }
}

/// Returns whether a text is a host by the rule that tells hosts and namespaces apart: it has a dot or a
/// port, or is `localhost`.
fn is_host(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    let known = text == "localhost" || text.contains(['.', ':']);
    known && text.chars().all(plain) && !text.starts_with(['.', ':', '-'])
}

/// Returns whether a text is one component of the name of a repository: words of a-z and 0-9, joined by
/// `.`, `_`, `__`, or any number of `-`.
fn is_component(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let plain = text.chars().all(|c| is_word(c) || matches!(c, '.' | '_' | '-'));
    let joined = |joint: &str| {
        matches!(joint, "" | "." | "_" | "__") || joint.bytes().all(|byte| byte == b'-')
    };
    plain && text.starts_with(is_word) && text.ends_with(is_word) && text.split(is_word).all(joined)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pkg_20_a_name_is_read_in_one_way_only() {
        for text in [
            "",
            "notes",
            "/notes",
            "acme/",
            "Acme/notes",
            "acme/Notes",
            "acme/my-notes",
            "acme//notes",
            "./acme/notes",
            "../notes",
            "acme/../notes",
            "acme/notes@",
            "acme/notes@1",
            "acme/notes@v1.0.0",
            "acme/notes@1.0.0/x",
            "host/acme/notes",
            "acme/nötes",
            "аcme/notes",
            "acme/no tes",
            "a@b.example/acme/notes",
            "https://h.example/acme/notes@1.0.0@2.0.0",
            "h.example/p?q/acme/notes",
        ] {
            assert!(text.parse::<Reference>().is_err(), "{text}");
        }
        for text in [
            "acme/notes",
            "acme/my_notes@1.0.0-rc.1",
            "a-b.c__d/notes",
            "localhost/acme/notes",
            "[::1]:5000/acme/notes",
            "ghcr.io/acme/more/ns/notes@2.0.0",
        ] {
            assert_eq!(text.parse::<Reference>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn only_this_machine_is_spoken_to_without_tls() {
        for text in ["localhost", "localhost:5000", "127.0.0.1:5000", "127.8.0.1", "[::1]:5000"] {
            assert!(Registry::parse(text).unwrap().is_loopback(), "{text}");
        }
        for text in ["127.0.0.1.example.com", "localhost.example.com", "10.0.0.1:5000", "ghcr.io"] {
            assert!(!Registry::parse(text).unwrap().is_loopback(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_again(text in "[a-z0-9.:/@_-]{1,40}") {
            if let Ok(reference) = text.parse::<Reference>() {
                prop_assert_eq!(reference.to_string().parse::<Reference>().unwrap(), reference);
            }
        }
    }
}
