//! The administrator's policy, made from the configuration.

use std::path::Path;

use ext_perm::{All, Any, Author, Expiry, NumberedRule, PermissionBackend, Rule, RuleBackend};

use crate::config::{BackendName, PermissionsConfig, PolicyExpr};

#[cfg(feature = "cedar")]
mod cedar;
mod error;
#[cfg(feature = "rego")]
mod rego;
#[cfg(any(feature = "cedar", feature = "rego"))]
mod sources;

pub(crate) use error::PolicyError;

use error::MAX_DEPTH;

type Backend = Box<dyn PermissionBackend>;

/// Makes the backend of the policy for one extension; `None` when nothing is configured.
///
/// # Errors
/// [`PolicyError`] when the configuration, or a file that it names, is not valid or cannot be read, or
/// this program or system lacks a backend.
pub(crate) fn backend(
    config: &PermissionsConfig,
    data_folder: &Path,
    extension: &str,
) -> Result<Option<Backend>, PolicyError> {
    let build = Build { config, data_folder, extension };
    match &config.policy {
        Some(expr) => build.expr(expr, 0).map(Some),
        None => build.all_configured(),
    }
}

struct Build<'a> {
    config: &'a PermissionsConfig,
    #[allow(dead_code, reason = "depends on the features")]
    data_folder: &'a Path,
    extension: &'a str,
}

impl Build<'_> {
    fn all_configured(&self) -> Result<Option<Backend>, PolicyError> {
        let names = [
            (BackendName::Rules, self.config.rules.is_some()),
            (BackendName::Cedar, self.config.cedar.is_some()),
            (BackendName::Rego, self.config.rego.is_some()),
            (BackendName::Socket, self.config.socket.is_some()),
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
            BackendName::Socket => self.socket(),
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
            rule: rule.clone(),
        });
        Ok(Box::new(RuleBackend::new(Author::Administrator, self.extension, numbered)))
    }

    #[cfg(feature = "cedar")]
    fn cedar(&self) -> Result<Backend, PolicyError> {
        let config = section(self.config.cedar.as_ref(), BackendName::Cedar)?;
        Ok(Box::new(cedar::backend(config, self.data_folder)?))
    }

    #[cfg(not(feature = "cedar"))]
    fn cedar(&self) -> Result<Backend, PolicyError> {
        Err(PolicyError::MissingFeature(BackendName::Cedar))
    }

    #[cfg(feature = "rego")]
    fn rego(&self) -> Result<Backend, PolicyError> {
        let config = section(self.config.rego.as_ref(), BackendName::Rego)?;
        Ok(Box::new(rego::backend(config, self.data_folder)?))
    }

    #[cfg(not(feature = "rego"))]
    fn rego(&self) -> Result<Backend, PolicyError> {
        Err(PolicyError::MissingFeature(BackendName::Rego))
    }

    #[cfg(unix)]
    fn socket(&self) -> Result<Backend, PolicyError> {
        let config = section(self.config.socket.as_ref(), BackendName::Socket)?;
        let path = self.data_folder.join(&config.socket);
        Ok(Box::new(ext_perm_socket::SocketBackend::new(&path, config.deadline())))
    }

    #[cfg(not(unix))]
    fn socket(&self) -> Result<Backend, PolicyError> {
        Err(PolicyError::MissingOnSystem(BackendName::Socket))
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
