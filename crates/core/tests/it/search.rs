//! Search without a model.

use ext_services::library::LibraryDirectory;
use ext_wire::ops::search::{SearchInput, SearchMode, SearchOutput};

#[test]
fn without_a_model_a_search_is_by_words_and_says_so() {
    let data = tempfile::tempdir().unwrap();
    let core = spacedrive_core::Core::open(data.path()).unwrap();
    let library = core.libraries().create("Papers").unwrap().id;
    let search = |mode| -> SearchOutput {
        let input = SearchInput { mode, ..SearchInput::new("coffee") };
        core.call_typed::<ext_wire::ops::search::Entries>(Some(library), &input).unwrap()
    };
    let reason = search(SearchMode::Hybrid).words_only.unwrap();
    assert!(reason.contains("is missing"), "{reason}");
    assert_eq!(search(SearchMode::Text).words_only, None);
}
