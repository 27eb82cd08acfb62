//! Advice on errors of registries, which libraries do not know the commands for.

use ext_package_oci::OciError;
use spacedrive_core::CoreError;

/// Names the command that helps with an error of a registry.
pub(crate) fn of(error: &anyhow::Error) -> Option<String> {
    let error = match error.downcast_ref() {
        Some(CoreError::Oci(error)) => error,
        _ => error.downcast_ref::<OciError>()?,
    };
    let advice = match error {
        OciError::LoginNeeded { registry } | OciError::LoginRefused { registry } => {
            format!("`spacedrive ext login {registry} --user NAME` keeps a login")
        }
        OciError::ForeignLogin { registry, server } => format!(
            "`spacedrive ext login {registry} --user NAME --token-server {server}` agrees to that"
        ),
        OciError::Stale { .. } => {
            "it may have been put back from a backup, by mistake or by an attacker: wait for a newer one, \
             or believe it with `--accept-stale`"
                .to_owned()
        }
        OciError::Publisher { name, .. } if name.starts_with("the list of revocations") => {
            "ask whoever runs the registry; [registry.revocation_keys] in config.toml names the key to \
             believe"
                .to_owned()
        }
        OciError::Yanked { name, .. } => {
            format!("`spacedrive ext install {name}@VERSION` installs another version")
        }
        OciError::Missing(_) => "`spacedrive ext search` lists what there is".to_owned(),
        _ => return None,
    };
    Some(advice)
}
