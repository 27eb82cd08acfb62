//! Registry of the operations of a host, by method.

use std::collections::{BTreeMap, HashMap};

use ext_wire::{ErrorCode, Method, MethodError};
use serde::Serialize;
use thiserror::Error;

use crate::{MissingService, OpError, Registration, Services, requirement};

/// Fault in the operations that are linked in: a mistake in the program.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// Two operations have one method.
    #[error("the method `{0}` is registered twice")]
    Duplicate(&'static str),
    /// A method is outside the grammar.
    #[error("`{method}` is not a valid method: {reason}")]
    Method {
        /// The method as registered.
        method: &'static str,
        /// The fault in it.
        reason: MethodError,
    },
}

/// The operations of a host.
pub struct Registry {
    by_method: BTreeMap<&'static str, &'static Registration>,
    /// The same for calls: found by hash, with the method in its parts.
    parsed: HashMap<&'static str, (Method<'static>, &'static Registration)>,
}

impl Registry {
    /// Gathers all operations that are linked into this program.
    ///
    /// # Errors
    /// [`RegistryError`] for a duplicate or a method outside the grammar.
    pub fn collect() -> Result<Self, RegistryError> {
        Self::of(inventory::iter::<Registration>)
    }

    /// Makes a registry of these operations.
    ///
    /// # Errors
    /// As [`Self::collect`].
    pub fn of(
        operations: impl IntoIterator<Item = &'static Registration>,
    ) -> Result<Self, RegistryError> {
        let mut registry = Self { by_method: BTreeMap::new(), parsed: HashMap::new() };
        for operation in operations {
            registry.add(operation)?;
        }
        Ok(registry)
    }

    fn add(&mut self, operation: &'static Registration) -> Result<(), RegistryError> {
        let method = operation.method;
        let parsed = Method::parse(method);
        let parsed = parsed.map_err(|reason| RegistryError::Method { method, reason })?;
        if self.by_method.insert(method, operation).is_some() {
            return Err(RegistryError::Duplicate(method));
        }
        self.parsed.insert(method, (parsed, operation));
        Ok(())
    }

    /// Removes the operations that `keep` does not want: they do not exist then, for any caller. An
    /// app that serves some operations of a crate keeps those.
    ///
    /// ```
    /// use ext_registry::Registry;
    ///
    /// let registry = Registry::collect()?.only(|method| method.family() == "vdfs");
    /// # assert!(registry.is_empty());
    /// # Ok::<(), ext_registry::RegistryError>(())
    /// ```
    #[must_use]
    pub fn only(mut self, keep: impl Fn(Method<'_>) -> bool) -> Self {
        self.parsed.retain(|_, (method, _)| keep(*method));
        let parsed = &self.parsed;
        self.by_method.retain(|method, _| parsed.contains_key(method));
        self
    }

    /// Checks that no operation needs a service which is not in `services`, by the declarations of
    /// [`require_service!`](crate::require_service).
    ///
    /// # Errors
    /// [`MissingService`], which names the first such operation and the service.
    pub fn check(&self, services: &Services) -> Result<(), MissingService> {
        let mut methods = self.by_method.keys().filter_map(|method| self.parsed.get(method));
        methods.try_for_each(|(method, _)| requirement::check(*method, services))
    }

    pub(crate) fn find(&self, method: &str) -> Option<(Method<'static>, &'static Registration)> {
        self.parsed.get(method).copied()
    }

    /// Returns the operation behind a method.
    #[must_use]
    pub fn get(&self, method: &str) -> Option<&'static Registration> {
        self.by_method.get(method).copied()
    }

    /// Returns how many operations there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_method.len()
    }

    /// Returns whether there are no operations.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_method.is_empty()
    }

    /// Lists the methods, in their order.
    pub fn methods(&self) -> impl Iterator<Item = &'static str> + Clone + '_ {
        self.by_method.keys().copied()
    }

    /// Lists the catalogue: every operation with its schemas, by method.
    pub fn catalogue(&self) -> impl Iterator<Item = Operation> + '_ {
        self.by_method.values().map(|registration| Operation::of(registration))
    }
}

/// Makes the error for a method that is not among the known ones. It names those that look like it, the
/// likeliest first: other versions and kinds of the same name, names that are written almost so, the
/// same name in another family; if there is none of these, the same family.
///
/// ```
/// let known = ["query:tagger.tags.v1", "query:vdfs.get_entry.v1"];
/// let error = ext_registry::unknown_method("query:tager.tags.v1", known.into_iter());
/// let message = "there is no method `query:tager.tags.v1`; there is query:tagger.tags.v1";
/// assert_eq!(error.into_body().error, message);
/// ```
pub fn unknown_method<'a>(method: &str, known: impl Iterator<Item = &'a str> + Clone) -> OpError {
    let similar = similar(method, known);
    let hint = match similar.as_slice() {
        [] => String::new(),
        similar => format!("; there is {}", similar.join(", ")),
    };
    let message = format_args!("there is no method `{}`{hint}", method.escape_debug());
    OpError::new(ErrorCode::UnknownMethod, message)
}

fn similar<'a>(method: &str, known: impl Iterator<Item = &'a str> + Clone) -> Vec<&'a str> {
    let wanted = bare_name(method);
    if wanted.len() > MAX_COMPARED {
        return Vec::new();
    }
    let ranked = known.clone().filter_map(|known| Some((rank(wanted, bare_name(known))?, known)));
    let mut ranked: Vec<(usize, &str)> = ranked.collect();
    ranked.sort_unstable();
    if ranked.is_empty() {
        let family = wanted.split('.').next().unwrap_or_default();
        let is_sibling = |known: &&str| bare_name(known).split('.').next() == Some(family);
        return known.filter(is_sibling).take(MAX_SIMILAR).collect();
    }
    ranked.into_iter().map(|(_, known)| known).take(MAX_SIMILAR).collect()
}

/// Most methods that an error message names.
const MAX_SIMILAR: usize = 5;
/// Longest name that is compared with others, in bytes: the comparison takes time that grows with the
/// product of both lengths.
const MAX_COMPARED: usize = 64;

/// Returns the name of a method, or of what looks like one, without its kind and version.
fn bare_name(method: &str) -> &str {
    let name = method.split_once(':').map_or(method, |(_, name)| name);
    let name = name.rsplit_once(".v").map_or(name, |(name, _)| name);
    name.strip_suffix(".input").unwrap_or(name)
}

/// Returns how far a known name is from the one that was asked for; `None` when they are different names.
fn rank(wanted: &str, known: &str) -> Option<usize> {
    let most = (wanted.len() / 4).max(2);
    let distance = strsim::damerau_levenshtein(wanted, known);
    if distance <= most {
        return Some(distance);
    }
    let last = |name: &str| name.rsplit_once('.').map(|(_, last)| last.to_owned());
    (last(wanted).is_some() && last(wanted) == last(known)).then_some(most + 1)
}

/// An operation of the catalogue.
#[derive(Debug, Clone, Serialize)]
pub struct Operation {
    /// The method.
    pub method: &'static str,
    /// A line on what it does.
    pub summary: &'static str,
    /// More about it, in Markdown.
    pub description: &'static str,
    /// Kind of the method: `"query"` or `"action"`.
    pub kind: &'static str,
    /// True when it needs a library.
    pub needs_library: bool,
    /// True when only the user may call it.
    pub host_only: bool,
    /// JSON Schema of the input.
    pub input: schemars::Schema,
    /// JSON Schema of the output.
    pub output: schemars::Schema,
}

impl Operation {
    fn of(registration: &Registration) -> Self {
        Self {
            method: registration.method,
            summary: registration.summary,
            description: registration.description,
            kind: registration.kind.method_kind().name(),
            needs_library: registration.kind.needs_library(),
            host_only: registration.host_only,
            input: (registration.input_schema)(),
            output: (registration.output_schema)(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_near_when_a_person_may_have_meant_them() {
        for (wanted, known, is_near) in [
            ("vdfs.get_entrie", "vdfs.get_entry", true),
            ("vdfs.get_entry", "vdfs.get_entry", true),
            ("vfds.get_entry", "vdfs.get_entry", true),
            ("library.rename", "libraries.rename", true),
            ("libraries.rename", "events.subscribe", false),
            ("a", "b.c", false),
        ] {
            assert_eq!(rank(wanted, known).is_some(), is_near, "{wanted} {known}");
        }
        assert!(
            rank("vdfs.get_entry", "vdfs.get_entry") < rank("vdfs.get_entrie", "vdfs.get_entry")
        );
    }

    #[test]
    fn kind_and_version_are_no_part_of_a_name() {
        for method in ["query:a.b.v1", "action:a.b.input.v2", "a.b", "a.b.v1", "query:a.b"] {
            assert_eq!(bare_name(method), "a.b", "{method}");
        }
    }
}
