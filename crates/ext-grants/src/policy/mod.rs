//! The administrator's policy, made from the configuration.

use std::{
    fmt::Display,
    io,
    path::{Path, PathBuf},
};

use ext_perm::{All, Any, Author, Expiry, NumberedRule, PermissionBackend, Rule, RuleBackend};
use thiserror::Error;

use crate::config::{BackendName, PermissionsConfig, PolicyExpr};

#[cfg(feature = "cedar")]
mod cedar;
#[cfg(feature = "rego")]
mod rego;
#[cfg(any(feature = "cedar", feature = "rego"))]
mod sources;

type Backend = Box<dyn PermissionBackend>;

/// Levels to which `all` and `any` may be nested.
const MAX_DEPTH: usize = 16;

/// A fault of the configured policy, or of a file that it names.
#[derive(Debug, Error)]
pub(crate) enum PolicyError {
    /// `all` and `any` are nested too deep.
    #[error("permissions.policy is nested more than {MAX_DEPTH} deep")]
    Nesting,
    /// The policy names a section that is not there.
    #[error("permissions.policy names `{0}`, and there is no permissions.{0}")]
    MissingSection(BackendName),
    /// A rule for one call or one session.
    #[error("permissions.rules[{0}]: a rule for one call or one session is a grant, not a policy")]
    PassingRule(usize),
    /// The program was built without the language.
    #[error(
        "permissions.{0}: this program was built without the feature `{0}`, build it with \
         `--features {0}`"
    )]
    #[allow(dead_code, reason = "depends on the features")]
    MissingFeature(BackendName),
    /// The system has no such backend.
    #[error("permissions.{0}: this system does not have it")]
    #[allow(dead_code, reason = "depends on the system")]
    MissingOnSystem(BackendName),
    /// The policies of a section are not valid.
    #[error("permissions.{section}: {problem}")]
    #[allow(dead_code, reason = "depends on the features")]
    Invalid {
        /// The section.
        section: BackendName,
        /// The fault.
        problem: String,
    },
    /// A file that a section names cannot be read.
    #[error("{}: {source}", path.display())]
    #[allow(dead_code, reason = "depends on the features")]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

impl PolicyError {
    #[allow(dead_code, reason = "depends on the features")]
    fn invalid(section: BackendName, problem: impl Display) -> Self {
        Self::Invalid { section, problem: problem.to_string() }
    }
}

/// Makes the backend of the policy for one extension; `None` when nothing is configured.
///
/// # Errors
/// [`PolicyError`]: what in the configuration, or in the files that it names, is wrong.
pub(crate) fn backend(
    config: &PermissionsConfig,
    data_folder: &Path,
    extension: &str,
) -> Result<Option<Backend>, PolicyError> {
    let build = Build { config, data_folder, extension };
    match &config.policy {
        Some(expr) => build.expr(expr, 0).map(Some),
        None => build.all_that_are_configured(),
    }
}

struct Build<'a> {
    config: &'a PermissionsConfig,
    #[allow(dead_code, reason = "depends on the features")]
    data_folder: &'a Path,
    extension: &'a str,
}

impl Build<'_> {
    fn all_that_are_configured(&self) -> Result<Option<Backend>, PolicyError> {
        let names = [
            (BackendName::Rules, self.config.rules.is_some()),
            (BackendName::Cedar, self.config.cedar.is_some()),
            (BackendName::Rego, self.config.rego.is_some()),
            (BackendName::External, self.config.external.is_some()),
        ];
        let configured = names.into_iter().filter(|(_, there)| *there);
        let members = configured.map(|(name, _)| self.one(name));
        let members = members.collect::<Result<Vec<_>, _>>()?;
        Ok((!members.is_empty()).then(|| Box::new(All::new("policy", members)) as Backend))
    }

    fn expr(&self, expr: &PolicyExpr, depth: usize) -> Result<Backend, PolicyError> {
        if depth > MAX_DEPTH {
            return Err(PolicyError::Nesting);
        }
        let members = |list: &[PolicyExpr]| {
            let members = list.iter().map(|expr| self.expr(expr, depth + 1));
            members.collect::<Result<Vec<_>, _>>()
        };
        match expr {
            PolicyExpr::One(name) => self.one(*name),
            PolicyExpr::All { all } => Ok(Box::new(All::new("all", members(all)?))),
            PolicyExpr::Any { any } => Ok(Box::new(Any::new("any", members(any)?))),
        }
    }

    fn one(&self, name: BackendName) -> Result<Backend, PolicyError> {
        match name {
            BackendName::Rules => self.rules(),
            BackendName::Cedar => self.cedar(),
            BackendName::Rego => self.rego(),
            BackendName::External => self.external(),
        }
    }

    fn rules(&self) -> Result<Backend, PolicyError> {
        let rules = section(self.config.rules.as_ref(), BackendName::Rules)?;
        let passing = |rule: &Rule| matches!(rule.expires, Expiry::Once | Expiry::Session(_));
        if let Some(id) = rules.iter().position(passing) {
            return Err(PolicyError::PassingRule(id));
        }
        let numbered = (0..).zip(rules).map(|(id, rule)| NumberedRule {
            id,
            place: format!("config.toml: permissions.rules[{id}]"),
            statement: rule.clone(),
        });
        Ok(Box::new(RuleBackend::new(Author::Administrator, self.extension, numbered)))
    }

    #[cfg(feature = "cedar")]
    fn cedar(&self) -> Result<Backend, PolicyError> {
        let config = section(self.config.cedar.as_ref(), BackendName::Cedar)?;
        cedar::backend(config, self.data_folder)
    }

    #[cfg(not(feature = "cedar"))]
    fn cedar(&self) -> Result<Backend, PolicyError> {
        Err(PolicyError::MissingFeature(BackendName::Cedar))
    }

    #[cfg(feature = "rego")]
    fn rego(&self) -> Result<Backend, PolicyError> {
        let config = section(self.config.rego.as_ref(), BackendName::Rego)?;
        rego::backend(config, self.data_folder)
    }

    #[cfg(not(feature = "rego"))]
    fn rego(&self) -> Result<Backend, PolicyError> {
        Err(PolicyError::MissingFeature(BackendName::Rego))
    }

    #[cfg(unix)]
    fn external(&self) -> Result<Backend, PolicyError> {
        let config = section(self.config.external.as_ref(), BackendName::External)?;
        let socket = self.data_folder.join(&config.socket);
        Ok(Box::new(ext_perm_socket::SocketBackend::new(&socket, config.deadline())))
    }

    #[cfg(not(unix))]
    fn external(&self) -> Result<Backend, PolicyError> {
        Err(PolicyError::MissingOnSystem(BackendName::External))
    }
}

fn section<T>(section: Option<&T>, name: BackendName) -> Result<&T, PolicyError> {
    section.ok_or(PolicyError::MissingSection(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{CedarConfig, RegoConfig};

    fn problem(config: &PermissionsConfig) -> Option<String> {
        backend(config, Path::new("/nowhere"), "demo").err().map(|error| error.to_string())
    }

    #[test]
    fn languages_that_are_left_out_are_named_with_their_feature() {
        let cedar = CedarConfig { policies: Vec::new(), schema: None, entities: None };
        let rego = RegoConfig { policies: Vec::new(), data: None };
        let both = [
            (BackendName::Cedar, cfg!(feature = "cedar")),
            (BackendName::Rego, cfg!(feature = "rego")),
        ];
        for (name, built) in both {
            let (cedar, rego) = match name {
                BackendName::Cedar => (Some(cedar.clone()), None),
                _ => (None, Some(rego.clone())),
            };
            let problem = problem(&PermissionsConfig { cedar, rego, ..Default::default() });
            let says = problem.as_ref().is_some_and(|text| {
                text.contains(&format!("built without the feature `{name}`"))
                    && text.contains(&format!("`--features {name}`"))
            });
            assert_eq!(says, !built, "{problem:?}");
        }
    }

    #[test]
    fn a_section_that_the_policy_names_has_to_be_there() {
        let policy = Some(PolicyExpr::One(BackendName::Rules));
        let problem = problem(&PermissionsConfig { policy, ..Default::default() }).unwrap();
        assert_eq!(problem, "permissions.policy names `rules`, and there is no permissions.rules");
    }

    #[test]
    fn a_policy_is_nested_as_deep_as_is_allowed_and_not_deeper() {
        let nested = |depth| {
            let one = PolicyExpr::One(BackendName::Rules);
            let policy = (0..depth).fold(one, |inner, _| PolicyExpr::All { all: vec![inner] });
            let rules = Some(Vec::new());
            problem(&PermissionsConfig { policy: Some(policy), rules, ..Default::default() })
        };
        assert_eq!(nested(MAX_DEPTH), None);
        assert!(nested(MAX_DEPTH + 1).is_some_and(|text| text.contains("nested")));
    }
}
