//! The store: one contract, written against the ports and run on every
//! implementation, and what is particular to each of them.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the test's answer")]

mod artifacts;
mod backend;
mod clock;
mod contract;
mod hosting;
#[cfg(feature = "postgres")]
mod postgres;
mod processes;
mod sqlite;
#[cfg(feature = "supabase-storage")]
mod supabase;
mod values;

/// Runs the whole contract on one backend, a test a promise.
macro_rules! contract_tests {
    ($backend:expr => $($area:ident: $($test:ident)+;)+) => {
        $(mod $area {
            $(#[tokio::test]
            async fn $test() {
                crate::contract::$area::$test(&$backend).await;
            })+
        })+
    };
}

/// The same, a test an area: where each test process needs a server of its own.
#[cfg(feature = "postgres")]
macro_rules! contract_tests_by_area {
    ($backend:expr => $($area:ident: $($test:ident)+;)+) => {
        $(#[tokio::test]
        async fn $area() {
            $(crate::contract::$area::$test(&$backend).await;)+
        })+
    };
}

/// The whole contract of the tables on one backend.
macro_rules! store_contract {
    ($contract_tests:ident, $backend:expr) => {
        $contract_tests! {
            $backend =>
            repositories:
                a_locator_keeps_its_id
                a_project_needs_its_repository;
            runs:
                a_run_reads_back
                runs_are_listed_newest_first
                a_run_moves_on
                what_does_not_exist_is_not_made_up;
            journal:
                entries_read_back_in_their_order
                the_first_entry_of_a_number_stays;
            baselines:
                a_baseline_reads_back
                the_newest_baseline_counts;
            opportunities:
                opportunities_read_back_in_rank_order
                a_scan_is_kept_whole_or_not_at_all
                an_abandoned_write_leaves_all_or_nothing;
            attempts:
                attempts_read_back_in_the_order_made
                an_attempt_said_again_keeps_its_place
                an_attempt_may_answer_no_opportunity_of_its_run
                the_history_of_a_candidate_crosses_runs
                attempts_are_found_by_prefix;
            proposals:
                proposals_read_back_newest_first
                a_pull_request_is_never_forgotten
                what_was_proved_does_not_change
                what_would_not_read_back_is_refused
                proposals_are_found_by_prefix
                artifacts_read_back;
            spending:
                each_limit_holds_by_itself
                what_is_settled_takes_the_place_of_what_was_reserved
                many_that_reserve_at_once_share_one_limit;
            service:
                one_request_of_a_repository_waits
                a_repository_has_one_run_at_work
                a_paused_repository_waits
                what_a_dead_worker_had_is_queued_until_it_was_tried_too_often
                a_worker_that_was_silent_too_long_has_lost_its_request
                a_failed_try_is_made_again_in_its_time_and_not_for_ever
                giving_back_counts_no_try
                cancelling_ends_what_waits_and_asks_what_is_at_work
                a_tick_counts_once_however_many_servers_there_are
                what_the_service_takes_is_kept
                compute_minutes_are_reserved_and_settled
                an_answer_is_kept_under_its_key
                what_a_person_says_reads_back
                each_request_is_taken_once
                servers_that_ask_at_once_make_one_request;
            user_reads:
                repositories_are_read_in_pages
                runs_are_read_in_pages
                a_page_stays_where_its_cursor_is
                a_journal_is_read_from_where_one_was
                what_a_run_found_is_read_in_pages
                proposals_are_read_in_pages
                a_cursor_of_another_list_is_refused;
            writers:
                two_handles_write_at_once
                what_one_handle_wrote_another_reads;
        }
    };
}

mod contract_on_sqlite {
    store_contract!(contract_tests, crate::sqlite::TempStore::new());
}

#[cfg(feature = "postgres")]
mod contract_on_postgres {
    store_contract!(contract_tests_by_area, crate::postgres::TempPostgres::new());
}

/// The whole contract of artifacts in one place.
macro_rules! artifact_contract {
    ($place:expr) => {
        contract_tests! {
            $place =>
            artifacts:
                an_artifact_reads_back
                a_run_replaces_its_artifacts
                the_evidence_of_a_proposal_never_changes
                of_several_that_create_at_once_one_wins
                paths_that_lead_elsewhere_are_refused
                a_link_is_made_for_what_there_is;
        }
    };
}

mod contract_on_local_files {
    artifact_contract!(crate::artifacts::TempArtifacts::new());
}

#[cfg(feature = "supabase-storage")]
mod contract_on_supabase_storage {
    artifact_contract!(crate::supabase::FakeProject::start());
}
