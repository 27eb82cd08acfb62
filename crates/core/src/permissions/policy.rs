//! The administrator's policy, made from the configuration.

use std::path::{Path, PathBuf};

use ext_perm::{
    All, Any, Author, Expiry, NumberedStatement, PermissionBackend, RuleBackend, Statement,
};

use super::config::{BackendName, PermissionsConfig, PolicyExpr};
use crate::config::read_text;

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
            (BackendName::Cedar, self.config.cedar.is_some()),
            (BackendName::Rego, self.config.rego.is_some()),
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
            BackendName::Cedar => self.cedar(),
            BackendName::Rego => self.rego(),
            BackendName::External => self.external(),
        }
    }

    fn rules(&self) -> Result<Backend, String> {
        let rules = self.config.rules.as_ref().ok_or_else(|| missing(BackendName::Rules))?;
        let passing = |rule: &Statement| matches!(rule.expires, Expiry::Once | Expiry::Session(_));
        if let Some(id) = rules.iter().position(passing) {
            let problem = "a rule for one call or one session is a grant, not a policy";
            return Err(format!("permissions.rules[{id}]: {problem}"));
        }
        let numbered = (0..).zip(rules).map(|(id, rule)| NumberedStatement {
            id,
            place: format!("config.toml: permissions.rules[{id}]"),
            statement: rule.clone(),
        });
        Ok(Box::new(RuleBackend::new(Author::Administrator, self.extension, numbered)))
    }

    #[cfg(feature = "cedar")]
    fn cedar(&self) -> Result<Backend, String> {
        let config = self.config.cedar.as_ref().ok_or_else(|| missing(BackendName::Cedar))?;
        let policies = self.files(&config.policies)?;
        let texts: Vec<&str> = policies.iter().map(|(_, text)| text.as_str()).collect();
        let schema = self.optional(config.schema.as_deref())?;
        let entities = self.optional(config.entities.as_deref())?;
        let backend = ext_perm_cedar::CedarBackend::new(ext_perm_cedar::Sources {
            policies: &texts.join("\n"),
            schema: schema.as_deref(),
            entities: entities.as_deref(),
        });
        backend
            .map(|made| Box::new(made) as Backend)
            .map_err(|error| wrong(BackendName::Cedar, error))
    }

    #[cfg(not(feature = "cedar"))]
    fn cedar(&self) -> Result<Backend, String> {
        Err(left_out(BackendName::Cedar))
    }

    #[cfg(feature = "rego")]
    fn rego(&self) -> Result<Backend, String> {
        let config = self.config.rego.as_ref().ok_or_else(|| missing(BackendName::Rego))?;
        let policies = self.files(&config.policies)?;
        let texts = policies.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let texts: Vec<(&str, &str)> = texts.collect();
        let data = self.optional(config.data.as_deref())?;
        let sources = ext_perm_rego::Sources { policies: &texts, data: data.as_deref() };
        let backend = ext_perm_rego::RegoBackend::new(sources);
        backend
            .map(|made| Box::new(made) as Backend)
            .map_err(|error| wrong(BackendName::Rego, error))
    }

    #[cfg(not(feature = "rego"))]
    fn rego(&self) -> Result<Backend, String> {
        Err(left_out(BackendName::Rego))
    }

    /// Names and texts of files.
    fn files(&self, paths: &[PathBuf]) -> Result<Vec<(String, String)>, String> {
        paths.iter().map(|path| Ok((path.display().to_string(), self.file(path)?))).collect()
    }

    fn optional(&self, path: Option<&Path>) -> Result<Option<String>, String> {
        path.map(|path| self.file(path)).transpose()
    }

    fn file(&self, path: &Path) -> Result<String, String> {
        let path = self.data_folder.join(path);
        read_text(&path).map_err(|error| format!("{}: {error}", path.display()))
    }

    #[cfg(unix)]
    fn external(&self) -> Result<Backend, String> {
        let config = self.config.external.as_ref().ok_or_else(|| missing(BackendName::External))?;
        let socket = self.data_folder.join(&config.socket);
        Ok(Box::new(ext_perm_socket::SocketBackend::new(&socket, config.deadline())))
    }

    #[cfg(not(unix))]
    fn external(&self) -> Result<Backend, String> {
        Err(left_out(BackendName::External))
    }
}

fn missing(name: BackendName) -> String {
    let name = name.name();
    format!("permissions.policy names `{name}`, and there is no permissions.{name}")
}

fn wrong(name: BackendName, error: impl std::fmt::Display) -> String {
    format!("permissions.{}: {error}", name.name())
}

#[allow(dead_code, reason = "depends on the features")]
fn left_out(name: BackendName) -> String {
    wrong(name, "this program was built without it")
}
