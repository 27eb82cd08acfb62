//! Paths of fields that several arguments of a command fill.

use crate::error::ManifestError;

/// Checks that no field is one value and an object of others at the same time.
///
/// # Errors
/// [`ManifestError`] that names the two paths.
pub(crate) fn check<'p>(
    place: &str,
    paths: impl Iterator<Item = &'p str> + Clone,
) -> Result<(), ManifestError> {
    let is_inside = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'))
    };
    for outer in paths.clone() {
        if let Some(inner) = paths.clone().find(|inner| is_inside(inner, outer)) {
            let problem = format_args!("`{inner}` is inside of `{outer}`, another field");
            return Err(ManifestError::field(place, problem));
        }
    }
    Ok(())
}
