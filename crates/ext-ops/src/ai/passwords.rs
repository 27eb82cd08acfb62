//! Passwords of encrypted documents: a setting of the extension that asks, which names it and need not
//! know what is in it.

use ext_registry::{Context, OpError};
use ext_services::{documents::PdfReader, settings::Settings};
use ext_wire::{ErrorCode, SecretText, ops::settings::SecretValue};

use crate::bad_input::bad_input;

/// Reads a PDF; where it is encrypted, again with the passwords of a setting.
///
/// # Errors
/// Those of `read`; a setting that the caller cannot have.
pub(crate) fn with_passwords<T>(
    context: Context<'_>,
    reader: &dyn PdfReader,
    setting: Option<&str>,
    read: impl Fn(&dyn PdfReader) -> Result<T, OpError>,
) -> Result<T, OpError> {
    let locked = match (read(reader), setting) {
        (Err(error), Some(setting)) if error.code() == ErrorCode::DocEncrypted => (error, setting),
        (answer, _) => return answer,
    };
    let (error, setting) = locked;
    let passwords = passwords(context, setting)?;
    match reader.with_passwords(&passwords) {
        Some(reader) if !passwords.is_empty() => read(&*reader),
        _ => Err(error),
    }
}

/// Returns the passwords of a setting; none where it has no value.
fn passwords(context: Context<'_>, setting: &str) -> Result<Vec<SecretText>, OpError> {
    let own = "`passwords` is a setting of an extension, and only an extension has settings of its own";
    let extension = context.extension().ok_or_else(|| bad_input(own))?;
    let settings = context.service::<dyn Settings>()?.get(extension, context.library()?)?;
    Ok(match settings.secrets.get(setting) {
        None => Vec::new(),
        Some(SecretValue::One(password)) => vec![password.clone()],
        Some(SecretValue::List(passwords)) => passwords.clone(),
    })
}
