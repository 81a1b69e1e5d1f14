//! The store: one contract, written against the ports and run on every
//! implementation, and what is particular to SQLite and to local files.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the test's answer")]

mod artifacts;
mod backend;
mod clock;
mod contract;
mod processes;
mod service;
mod spending;
mod sqlite;
mod values;

/// Runs the whole contract on one backend.
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

mod contract_on_sqlite {
    contract_tests! {
        crate::sqlite::TempStore::new() =>
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
}

mod contract_on_local_files {
    contract_tests! {
        crate::artifacts::TempArtifacts::new() =>
        artifacts:
            an_artifact_reads_back
            a_run_replaces_its_artifacts
            the_evidence_of_a_proposal_never_changes
            of_several_that_create_at_once_one_wins
            paths_that_lead_elsewhere_are_refused;
    }
}
