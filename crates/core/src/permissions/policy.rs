//! The administrator's policy, made from the configuration.

use std::path::Path;

use ext_perm::{All, Any, Author, NumberedStatement, PermissionBackend, RuleBackend};

use super::config::{BackendName, PermissionsConfig, PolicyExpr};

type Backend = Box<dyn PermissionBackend>;

/// The backend of the policy for one extension; `None` when nothing is configured.
///
/// # Errors
/// What in the configuration, or in the files that it names, is wrong.
pub(crate) fn backend(
    config: &PermissionsConfig,
    data_folder: &Path,
    extension: &str,
) -> Result<Option<Backend>, String> {
    let build = Build { config, data_folder, extension };
    match &config.policy {
        Some(expr) => build.expr(expr, 0).map(Some),
        None => build.all_that_are_configured(),
    }
}

/// How deep `all` and `any` may be nested.
const MAX_DEPTH: usize = 16;

struct Build<'a> {
    config: &'a PermissionsConfig,
    data_folder: &'a Path,
    extension: &'a str,
}

impl Build<'_> {
    fn all_that_are_configured(&self) -> Result<Option<Backend>, String> {
        let names = [
            (BackendName::Rules, self.config.rules.is_some()),
            (BackendName::External, self.config.external.is_some()),
        ];
        let configured = names.into_iter().filter(|(_, there)| *there);
        let members = configured.map(|(name, _)| self.one(name));
        let members = members.collect::<Result<Vec<_>, _>>()?;
        Ok((!members.is_empty()).then(|| Box::new(All::new("policy", members)) as Backend))
    }

    fn expr(&self, expr: &PolicyExpr, depth: usize) -> Result<Backend, String> {
        if depth > MAX_DEPTH {
            return Err(format!("permissions.policy is nested more than {MAX_DEPTH} deep"));
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

    fn one(&self, name: BackendName) -> Result<Backend, String> {
        match name {
            BackendName::Rules => self.rules(),
            BackendName::External => self.external(),
        }
    }

    fn rules(&self) -> Result<Backend, String> {
        let rules = self.config.rules.as_ref().ok_or_else(|| missing(BackendName::Rules))?;
        let numbered = (0..).zip(rules).map(|(id, rule)| NumberedStatement {
            id,
            place: format!("config.toml: permissions.rules[{id}]"),
            statement: rule.clone(),
        });
        Ok(Box::new(RuleBackend::new(Author::Administrator, self.extension, numbered)))
    }

    #[cfg(unix)]
    fn external(&self) -> Result<Backend, String> {
        let config = self.config.external.as_ref().ok_or_else(|| missing(BackendName::External))?;
        let socket = self.data_folder.join(&config.socket);
        Ok(Box::new(ext_perm_socket::SocketBackend::new(&socket, config.deadline())))
    }

    #[cfg(not(unix))]
    fn external(&self) -> Result<Backend, String> {
        Err("permissions.external: this program was built without it".to_owned())
    }
}

fn missing(name: BackendName) -> String {
    let name = name.name();
    format!("permissions.policy names `{name}`, and there is no permissions.{name}")
}
