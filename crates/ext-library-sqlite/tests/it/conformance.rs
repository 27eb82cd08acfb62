//! The suite of `ext-library-conformance`.

use std::sync::Arc;

use ext_library_conformance::{Role, SIDECAR_QUOTA};
use ext_library_sqlite::{Libraries, Limits};
use ext_services::library::LibraryDirectory;

#[test]
fn the_library_on_disk_passes_the_suite() {
    ext_library_conformance::run(&Role::ALL, || {
        let data = tempfile::tempdir().unwrap();
        move || {
            let limits = Limits { extension_bytes: SIDECAR_QUOTA, ..Default::default() };
            let libraries = Libraries::new(data.path()).unwrap().with_limits(limits);
            Arc::new(libraries) as Arc<dyn LibraryDirectory>
        }
    });
}
