//! The suite of `ext-library-conformance`.

use std::sync::Arc;

use ext_library_conformance::{Role, SIDECAR_QUOTA};
use ext_library_sqlite::Libraries;
use ext_services::library::LibraryDirectory;

#[test]
fn the_library_on_disk_passes_the_suite() {
    ext_library_conformance::run(&Role::ALL, || {
        let data = tempfile::tempdir().unwrap();
        move || {
            let libraries = Libraries::new(data.path()).unwrap().with_quota(SIDECAR_QUOTA);
            Arc::new(libraries) as Arc<dyn LibraryDirectory>
        }
    });
}
