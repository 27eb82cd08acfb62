//! The conformance suite of stores of libraries.
//!
//! A store implements roles of [`ext_services::library`]. [`run`] checks their contract: each case on
//! new libraries, for stores that have the roles that it needs. The last case compares random sequences
//! of operations with [`MemoryLibraries`], a model in memory.
//!
//! The suite knows the roles and nothing else: neither a database nor a folder. So the import of files,
//! which is not a role, and the handling of damage are tested in the crate of the store.
//!
//! ```
//! use std::sync::Arc;
//! use ext_library_conformance::{MemoryLibraries, Role, run_case};
//! use ext_services::library::LibraryDirectory;
//!
//! let make = || {
//!     let libraries = Arc::new(MemoryLibraries::default());
//!     move || Arc::clone(&libraries) as Arc<dyn LibraryDirectory>
//! };
//! run_case("entries::a_path_is_made_once", &make());
//! ```
//!
//! # Not in this crate
//!
//! Stores (`ext-library-*`), their contract (`ext-services`).
#![forbid(unsafe_code)]

mod bin;
mod concurrency;
mod content;
mod contents;
mod entries;
mod events;
mod jobs;
mod memory;
mod model;
mod quota;
mod role;
mod search;
mod sidecars;
mod vectors;
mod versions;
mod world;

use std::sync::Arc;

use ext_services::library::LibraryDirectory;

pub use memory::MemoryLibraries;
pub use role::{Role, SIDECAR_QUOTA};

use world::World;

/// One test, and the roles that it needs.
struct Case {
    name: &'static str,
    roles: &'static [Role],
    run: fn(&World<'_>),
}

macro_rules! cases {
    ($($module:ident $roles:tt { $($case:ident),* $(,)? })*) => {
        const CASES: &[Case] = {
            use Role::*;
            &[$($(Case {
                name: concat!(stringify!($module), "::", stringify!($case)),
                roles: &$roles,
                run: $module::$case,
            }),*),*]
        };
    };
}

cases! {
    entries [Entries] {
        libraries_are_listed_by_name_and_found_by_id,
        a_library_is_renamed_and_keeps_its_id,
        a_path_is_made_once,
        an_entry_says_what_it_was_made_of,
        illegal_names_and_paths_are_refused,
        path_03_new_names_show_all_their_characters,
        both_spellings_of_a_path_are_one,
        types_and_media_types_are_checked,
        pages_follow_the_order_of_making,
        lists_are_narrowed,
        a_page_has_a_size,
        metadata_is_patched,
        metadata_change_only_from_what_was_read,
        metadata_has_a_limit,
        an_extension_removes_its_own_entries_only,
        an_entry_moves_and_no_path_names_two,
        unknown_entries_are_not_found,
        entries_are_kept,
    }
    content [Entries] {
        content_is_read_whole_and_in_ranges,
        a_range_stays_inside,
        an_entry_without_content_has_none_to_read,
        entries_may_share_content,
    }
    bin [Entries, Sidecars, Bin] {
        what_the_user_deletes_comes_back_whole,
        a_path_that_is_taken_meanwhile_needs_another_one,
        the_bin_is_emptied_for_good,
        the_bin_is_listed_page_by_page,
        the_bin_is_searched_by_path,
        what_an_extension_deletes_is_gone,
    }
    versions [Entries, Versions] {
        what_never_changed_has_no_versions,
        what_an_extension_made_is_no_imported_file,
    }
    sidecars [Entries, Sidecars] {
        a_sidecar_is_written_read_and_listed,
        the_later_one_replaces_the_earlier,
        a_sidecar_is_written_only_over_the_one_that_was_read,
        names_that_differ_by_case_only_are_refused,
        illegal_names_are_refused,
        path_11_a_sidecar_belongs_to_its_writer,
        a_sidecar_is_removed,
        sidecars_go_with_their_entry,
        a_sidecar_has_a_limit,
        res_32_one_writer_has_a_number_of_sidecars_at_an_entry,
        sidecars_are_listed_page_by_page,
        nothing_is_found_of_an_unknown_entry,
    }
    quota [Entries, Sidecars] {
        res_32_an_extension_without_room_is_refused_and_the_others_are_not,
        res_32_content_and_sidecars_share_the_room,
        res_32_metadata_share_the_room,
        res_32_the_count_is_that_of_the_rows,
    }
    search [Entries, Search] {
        all_words_of_an_entry_are_found,
        a_star_finds_beginnings,
        operators_are_words,
        a_search_needs_a_word,
        conditions_narrow_a_search,
        filters_hold_for_words_as_well,
        conditions_alone_find_what_fulfils_them,
        a_text_in_a_value_is_found,
        changes_are_found_at_once,
    }
    search [Entries, Sidecars, Search] {
        text_sidecars_are_found,
        texts_that_are_not_visible_have_no_part_in_a_search,
    }
    contents [Entries, Search, Contents] {
        what_is_to_be_read_follows_from_what_was_read,
        words_of_a_content_are_found_with_their_place,
        the_result_of_another_content_is_not_kept,
        a_content_is_found_where_it_may_be_read,
    }
    contents [Entries, Search, Contents, Vectors] {
        passages_have_vectors_and_are_near,
        the_vector_of_a_passage_goes_with_it,
    }
    vectors [Entries, Search, Vectors] {
        the_nearest_come_first_and_the_far_not_at_all,
        filters_compare_amounts_and_dates,
        a_vector_goes_with_its_text,
    }
    events [Entries, Events] {
        a_new_entry_makes_an_event,
        an_event_comes_until_it_is_acknowledged,
        the_log_is_read_page_by_page,
        events_come_in_order_and_of_the_kinds_that_are_asked_for,
        no_subscriber_receives_its_own_events,
        a_removed_entry_takes_its_events_along,
        another_path_and_a_removal_make_events,
        the_event_of_a_removal_is_tried_again,
        a_published_event_carries_its_data,
        a_transient_failure_is_tried_five_times_and_then_dead,
        a_permanent_failure_is_a_dead_letter,
        dead_letters_are_replayed,
        failed_entries_are_retried_before_newer_ones,
        evt_11_the_events_of_an_entry_keep_their_order_while_one_is_tried_again,
        evt_11_an_event_that_was_passed_over_is_not_lost,
        subscriptions_are_kept_until_they_are_taken_back,
        subscriptions_have_a_bound,
        delivery_resumes_where_it_stopped,
    }
    events [Entries, Bin, Events] {
        an_entry_that_comes_back_makes_an_event,
    }
    jobs [Jobs] {
        a_job_is_stored,
        jobs_are_listed_newest_first,
        call_19_one_key_is_one_job_while_it_is_open,
        the_one_that_waited_longest_is_claimed,
        extensions_take_turns_and_a_higher_priority_goes_first,
        evt_15_jobs_of_the_core_have_limits_of_their_own,
        evt_15_other_jobs_push_none_of_the_core_out_of_the_count,
        a_delayed_job_waits,
        a_job_ends,
        a_transient_failure_runs_again_later,
        a_deferred_job_runs_again_and_has_not_used_up_a_start,
        a_parked_job_waits_for_the_next_recovery,
        a_job_resumes_at_its_checkpoint,
        a_job_with_a_new_checkpoint_has_its_attempts_anew,
        a_waiting_job_is_cancelled_at_once,
        a_running_job_that_is_cancelled_learns_of_it_and_ends_so,
        unknown_jobs_are_not_there,
        evt_15_the_number_of_open_jobs_has_a_bound,
    }
    concurrency [Entries, Sidecars] {
        writers_of_one_path_make_one_entry,
        writers_of_metadata_lose_nothing,
        writers_of_one_value_lose_nothing,
        writers_of_one_sidecar_leave_one_of_them,
    }
    concurrency [Entries, Events] {
        each_entry_has_one_event,
    }
    concurrency [Jobs] {
        a_job_is_claimed_once,
    }
    model [Entries, Sidecars] {
        random_operations_agree_with_the_model,
    }
}

/// Runs all cases that need no other roles than `roles`, which are those that the store has.
///
/// `make` creates a new, empty store with [`SIDECAR_QUOTA`] bytes for each extension. The function that
/// it returns opens that store, each time as another process would, and keeps it until it is dropped.
///
/// # Panics
/// When a case fails; its name is printed before it begins.
pub fn run<S>(roles: &[Role], make: impl Fn() -> S)
where
    S: Fn() -> Arc<dyn LibraryDirectory>,
{
    let store = make();
    let world = World::new(&store);
    for role in Role::ALL {
        assert_eq!(role.is_of(world.library()), roles.contains(&role), "{role:?}");
    }
    let fits = |case: &&Case| case.roles.iter().all(|role| roles.contains(role));
    for case in CASES.iter().filter(fits) {
        println!("{}", case.name);
        (case.run)(&World::new(&make()));
    }
}

/// Runs one case, named as `entries::a_path_is_made_once`, on a new store.
///
/// # Panics
/// When the case fails, or there is none of this name.
pub fn run_case(name: &str, store: &dyn Fn() -> Arc<dyn LibraryDirectory>) {
    let case = CASES.iter().find(|case| case.name == name);
    (case.expect("a case of this name").run)(&World::new(store));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cases that the model fails: it accepts every name.
    const NAMES: [&str; 5] = [
        "entries::libraries_are_listed_by_name_and_found_by_id",
        "entries::illegal_names_and_paths_are_refused",
        "entries::both_spellings_of_a_path_are_one",
        "entries::types_and_media_types_are_checked",
        "sidecars::illegal_names_are_refused",
    ];

    fn memory() -> impl Fn() -> Arc<dyn LibraryDirectory> {
        let libraries = Arc::new(MemoryLibraries::default());
        move || Arc::clone(&libraries) as Arc<dyn LibraryDirectory>
    }

    #[test]
    fn the_model_passes_but_for_names() {
        let roles = [Role::Entries, Role::Sidecars];
        for case in CASES.iter().filter(|case| case.roles.iter().all(|role| roles.contains(role))) {
            if !NAMES.contains(&case.name) {
                println!("{}", case.name);
                run_case(case.name, &memory());
            }
        }
    }

    #[test]
    #[should_panic(expected = "Jobs")]
    fn a_store_has_the_roles_that_it_says() {
        run(&[Role::Entries, Role::Sidecars, Role::Jobs], memory);
    }

    #[test]
    #[should_panic(expected = "a failure")]
    fn a_store_that_takes_every_name_does_not_pass() {
        run(&[Role::Entries, Role::Sidecars], memory);
    }
}
