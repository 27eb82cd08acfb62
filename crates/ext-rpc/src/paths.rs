//! The paths below `/libraries/`.

use percent_encoding::percent_decode_str;
use uuid::Uuid;

use crate::{
    files::{FilePart, FileRef},
    uploads,
};

/// The beginning of the paths of a library's files.
pub(crate) const LIBRARIES: &str = "/libraries/";

/// The resource at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Resource {
    File(FileRef),
    Upload(uploads::Place),
}

/// Finds the resource at a path; `None` when there cannot be one.
pub(crate) fn resource(path: &str) -> Option<Resource> {
    let segments: Vec<&str> = path.strip_prefix(LIBRARIES)?.split('/').collect();
    let file = |library: &str, entry: &str, part| {
        let (library, entry) = (library.parse().ok()?, entry.parse().ok()?);
        Some(Resource::File(FileRef { library, entry, part }))
    };
    match segments.as_slice() {
        [library, "entries", entry, "content"] => file(library, entry, FilePart::Content),
        [library, "entries", entry, "versions", number] => {
            file(library, entry, FilePart::Version(number.parse().ok()?))
        }
        [library, "entries", entry, "sidecars", name] => {
            let name = percent_decode_str(name).decode_utf8().ok()?.into_owned();
            file(library, entry, FilePart::Sidecar(name))
        }
        [library, "uploads"] => upload(library, None),
        [library, "uploads", id] => upload(library, Some(id.parse().ok()?)),
        _ => None,
    }
}

fn upload(library: &str, id: Option<Uuid>) -> Option<Resource> {
    Some(Resource::Upload(uploads::Place { library: library.parse().ok()?, id }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_there_is_a_resource() {
        let id = Uuid::nil();
        let sidecar = format!("/libraries/{id}/entries/{id}/sidecars/a%2Eb");
        let part = FilePart::Sidecar("a.b".into());
        let expected = Resource::File(FileRef { library: id, entry: id, part });
        assert_eq!(resource(&sidecar), Some(expected));
        assert!(resource(&format!("/libraries/{id}/entries/{id}/versions/3")).is_some());
        assert!(resource(&format!("/libraries/{id}/uploads")).is_some());
        for wrong in [
            "/libraries/".to_owned(),
            "/libraries/Home/entries/x/content".to_owned(),
            format!("/libraries/{id}/entries/{id}"),
            format!("/libraries/{id}/entries/{id}/content/"),
            format!("/libraries/{id}/entries/{id}/versions/-1"),
            format!("/libraries/{id}/entries/{id}/sidecars/%ff"),
            format!("/libraries/{id}/entries/{id}/sidecars/a/b"),
            format!("/libraries/{id}/uploads/../x"),
        ] {
            assert_eq!(resource(&wrong), None, "{wrong}");
        }
    }
}
