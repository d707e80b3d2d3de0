//! The suite as a macro: every rule by name.

/// Turns the rules of the storage ports into the tests of an adapter.
///
/// `conformance_suite!(module, make)` expands to a module of that name with one `#[tokio::test]` a rule,
/// grouped by port: `module::bids::a_foreign_bid_is_not_found`. `make` is an async closure that answers
/// an [`Arc`](std::sync::Arc) of a **fresh, empty store** each time it is called: no table row, no
/// organisation, an audit chain that starts at 1. Tests run in parallel, so no two stores may share
/// their data. What a store needs to live (a temporary folder, a database of its own) it must own.
///
/// `conformance_suite!(module, make, [bids, prices])` takes only the named ports, for an adapter that has
/// no others. All but `prices` also need `AccountStore`, `AuditStore`, `IdempotencyStore` and
/// `OutboxStore`, because every write leaves a trail.
///
/// The crate that calls it needs `tokio` as a dev-dependency with the features `macros` and
/// `rt-multi-thread`, and `optibid-core` with the feature `testing`.
///
/// ```
/// use optibid_core::testing::{MemoryStore, conformance_suite};
/// use std::sync::Arc;
///
/// conformance_suite!(memory, async || Arc::new(MemoryStore::default()));
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! conformance_suite {
    ($name:ident, $make:expr) => {
        $crate::conformance_suite!($name, $make, [
            accounts, alerts, assets, audit, bids, idempotency, jobs, outbox, portfolio, prices, sessions,
            settings, webhooks,
        ]);
    };
    ($name:ident, $make:expr, [$($port:ident),+ $(,)?]) => {
        mod $name {
            #[allow(unused_imports, reason = "the closure may need what its caller imports")]
            use super::*;
            $(mod $port {
                #[allow(unused_imports, reason = "the closure may need what its caller imports")]
                use super::*;
                $crate::__conformance_port!($port, $make);
            })+
        }
    };
}

/// The names of each port's rules; a test compares them with the functions.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_port {
    (accounts, $make:expr) => {
        $crate::__conformance_rules!(
            accounts,
            $make,
            [
                users_are_counted,
                a_founded_organisation_is_read_back_and_leaves_its_trail,
                a_user_of_every_role_is_read_back_and_leaves_its_trail,
                a_foreign_or_unknown_user_is_not_found,
                a_taken_address_refuses_a_user_and_nothing_is_stored,
                a_taken_address_refuses_an_organisation_and_neither_is_stored,
                a_taken_key_refuses_every_write_to_accounts,
                of_concurrent_users_with_one_address_exactly_one_is_stored,
                a_changed_user_is_read_back_and_leaves_its_trail,
                a_stale_change_of_a_user_is_a_conflict_and_nothing_is_stored,
                a_change_of_a_foreign_or_unknown_user_is_not_found,
                a_change_is_stored_only_while_whom_it_relies_on_is_unchanged,
                of_two_changes_that_rely_on_each_other_exactly_one_is_stored,
                a_list_of_users_is_newest_first_and_stable_under_inserts,
                users_are_filtered_by_role_and_whether_they_are_disabled,
                a_renamed_organisation_is_read_back_and_a_stale_change_is_a_conflict,
                a_taken_key_refuses_every_change_of_accounts,
            ]
        );
    };
    (alerts, $make:expr) => {
        $crate::__conformance_rules!(
            alerts,
            $make,
            [
                an_inserted_rule_is_read_back_and_leaves_its_trail,
                a_taken_rule_id_is_refused_and_nothing_is_stored,
                an_edited_rule_keeps_its_standing_and_a_stale_edit_is_a_conflict,
                a_foreign_rule_and_alert_are_not_found,
                a_move_stores_standing_and_alerts_and_leaves_its_trail,
                a_stale_move_is_a_conflict_and_nothing_is_stored,
                of_concurrent_moves_of_a_standing_exactly_one_is_stored,
                a_note_replaces_the_standing_and_leaves_no_trail,
                an_answered_alert_is_read_back_and_a_stale_answer_is_a_conflict,
                a_removed_rule_is_gone_and_its_alerts_stay,
                a_list_of_rules_is_newest_first_and_stable_under_inserts,
                the_watch_sees_the_rules_of_all_organisations_in_order,
                alerts_are_filtered_and_come_newest_first,
                a_taken_key_refuses_every_write_to_alerts,
            ]
        );
    };
    (assets, $make:expr) => {
        $crate::__conformance_rules!(
            assets,
            $make,
            [
                an_inserted_asset_is_read_back_and_leaves_its_trail,
                a_taken_asset_id_is_refused_and_nothing_is_stored,
                an_edited_asset_is_read_back_and_leaves_its_trail,
                a_stale_edit_is_a_conflict_and_nothing_is_stored,
                an_edit_of_an_unknown_or_foreign_asset_is_not_found,
                of_concurrent_edits_of_an_asset_exactly_one_is_stored,
                a_foreign_asset_is_not_found,
                a_foreign_assets_telemetry_and_availability_are_refused,
                a_list_of_assets_is_newest_first_and_stable_under_inserts,
                telemetry_is_read_back_in_order_of_time,
                repeated_telemetry_replaces,
                the_latest_sample_is_the_one_measured_last,
                availability_is_replaced_as_a_whole,
                a_taken_key_refuses_every_write_to_assets,
            ]
        );
    };
    (audit, $make:expr) => {
        $crate::__conformance_rules!(
            audit,
            $make,
            [
                an_entry_is_read_back_to_the_nanosecond,
                a_recorded_act_leaves_its_whole_trail,
                a_taken_key_refuses_an_act,
                the_chain_is_read_on_from_any_entry,
                fifty_concurrent_writers_leave_one_linear_chain,
                entries_stand_in_the_order_of_their_commits,
                an_organisation_reads_only_its_own_entries,
                entries_are_filtered_by_subject_and_action,
                entries_come_latest_first_and_stable_under_inserts,
            ]
        );
    };
    (bids, $make:expr) => {
        $crate::__conformance_rules!(
            bids,
            $make,
            [
                an_inserted_bid_is_read_back_with_its_event_and_trail,
                a_moved_bid_is_read_back_with_its_history_in_order,
                an_updated_bid_leaves_its_trail,
                a_taken_bid_id_is_refused_and_nothing_is_stored,
                a_taken_key_refuses_a_new_bid_and_nothing_is_stored,
                a_taken_key_refuses_a_move_before_a_conflict_does,
                a_stale_move_is_a_conflict_and_nothing_is_stored,
                a_move_of_an_unknown_bid_is_not_found,
                a_foreign_bid_is_not_found,
                a_list_of_bids_is_newest_first_and_stable_under_inserts,
                a_full_last_page_of_bids_has_no_next,
                an_invented_cursor_of_bids_is_not_found,
                bids_are_filtered_by_market_product_day_and_state,
                open_bids_come_oldest_first_from_all_organisations,
                of_twins_with_one_key_exactly_one_is_stored,
                sixty_four_writers_of_one_bid_lose_no_update,
                writers_of_two_organisations_do_not_mix,
            ]
        );
    };
    (idempotency, $make:expr) => {
        $crate::__conformance_rules!(
            idempotency,
            $make,
            [
                an_answer_is_read_back_exactly,
                a_used_key_keeps_its_first_answer,
                keys_belong_to_their_organisation,
                answers_before_an_instant_are_forgotten,
                of_concurrent_acts_with_one_key_exactly_one_is_recorded,
            ]
        );
    };
    (jobs, $make:expr) => {
        $crate::__conformance_rules!(
            jobs,
            $make,
            [
                a_queued_job_is_read_back_and_leaves_its_trail,
                the_oldest_queued_job_is_claimed_first,
                no_two_claimers_ever_hold_one_job,
                a_job_is_claimed_again_only_after_its_lease,
                of_concurrent_take_overs_exactly_one_succeeds,
                a_report_notes_progress_and_extends_the_lease,
                a_worker_that_lost_its_job_changes_nothing,
                a_job_that_does_not_run_cannot_be_reported_or_finished,
                a_job_ends_done_failed_or_cancelled,
                a_finished_job_does_not_change,
                a_queued_job_is_cancelled_at_once,
                a_running_job_is_asked_to_end,
                a_foreign_job_is_not_found,
                a_list_of_jobs_is_newest_first_without_results,
                jobs_that_have_ended_are_told_from_those_that_have_not,
                a_taken_key_refuses_every_write_to_jobs,
            ]
        );
    };
    (outbox, $make:expr) => {
        $crate::__conformance_rules!(
            outbox,
            $make,
            [
                events_come_in_order_exactly_as_written,
                the_oldest_messages_come_within_the_limit,
                a_message_is_returned_until_it_is_marked,
                unknown_sequences_are_ignored,
                sequences_grow_over_an_empty_outbox,
                a_relay_beside_many_writers_misses_no_event,
            ]
        );
    };
    (portfolio, $make:expr) => {
        $crate::__conformance_rules!(
            portfolio,
            $make,
            [
                awards_are_stored_with_the_bids_state_and_trail,
                awards_of_a_stale_bid_conflict_and_nothing_is_stored,
                awards_of_a_foreign_bid_are_not_found,
                of_concurrent_award_rounds_exactly_one_is_stored,
                awards_come_in_order_of_start_and_are_filtered,
                a_statement_is_stored_with_its_bids_and_trail,
                a_settlement_of_a_stale_bid_conflicts_and_nothing_is_stored,
                a_taken_settlement_id_is_refused_and_nothing_is_stored,
                foreign_awards_and_statements_are_not_found,
                statements_come_latest_day_first_and_stable_under_inserts,
                statements_are_filtered_by_market_and_days,
                a_taken_key_refuses_awards_and_settlements,
            ]
        );
    };
    (prices, $make:expr) => {
        $crate::__conformance_rules!(
            prices,
            $make,
            [
                prices_are_read_back_exactly_in_order_of_start,
                prices_are_selected_by_span_length_and_limit,
                a_series_is_not_mixed_with_another,
                an_equal_figure_is_not_stored_again,
                a_restatement_is_kept_beside_the_old_figure,
                a_figure_that_returns_is_stored_again,
                late_news_of_an_older_figure_does_not_displace_the_newer,
                a_correction_at_the_same_knowledge_time_replaces,
                a_repeat_within_one_append_counts_as_a_later_one,
                private_prices_are_seen_by_their_owner_alone,
                of_public_and_own_prices_the_one_known_last_is_read,
                owners_do_not_hide_each_others_prices,
                the_latest_price_is_the_last_periods_last_figure,
                latest_prices_are_filtered,
                the_latest_price_heeds_own_prices,
                the_latest_price_by_an_instant_is_of_a_period_that_has_begun,
                a_reader_never_sees_half_an_append,
                a_figure_appended_at_the_same_time_is_stored_once,
            ]
        );
    };
    (sessions, $make:expr) => {
        $crate::__conformance_rules!(
            sessions,
            $make,
            [
                a_session_is_read_back_with_its_user_and_leaves_its_trail,
                an_unknown_session_or_token_is_not_found,
                a_rotated_token_is_used_and_its_successor_is_good,
                a_used_token_is_refused_and_no_successor_is_stored,
                an_unknown_token_is_refused_and_no_successor_is_stored,
                of_sixteen_exchanges_of_one_token_exactly_one_succeeds,
                a_revoked_session_says_since_when_and_leaves_its_trail,
                a_session_revoked_again_stays_as_it_was,
                a_users_live_sessions_come_newest_first,
                a_change_of_a_user_ends_the_sessions_it_names,
                a_taken_key_refuses_every_write_to_sessions,
            ]
        );
    };
    (settings, $make:expr) => {
        $crate::__conformance_rules!(
            settings,
            $make,
            [
                a_setting_is_read_back_and_leaves_its_trail,
                a_setting_has_the_value_stored_last,
                a_taken_key_refuses_a_setting,
                a_store_that_answers_passes_the_ping,
            ]
        );
    };
    (webhooks, $make:expr) => {
        $crate::__conformance_rules!(
            webhooks,
            $make,
            [
                a_new_route_is_read_back_and_leaves_its_trail,
                a_taken_route_id_is_refused_and_nothing_is_stored,
                a_changed_route_keeps_its_secrets_unless_it_gets_others,
                a_stale_change_of_a_route_is_a_conflict_and_nothing_is_stored,
                a_foreign_route_and_delivery_are_not_found,
                a_removed_route_is_gone_with_its_deliveries,
                a_list_of_routes_is_newest_first_and_stable_under_inserts,
                a_taken_key_refuses_every_write_to_routes,
                deliveries_are_stored_with_the_trail_that_brings_them,
                a_refused_act_makes_no_delivery,
                a_delivery_to_a_route_that_is_gone_is_left_out,
                a_due_delivery_is_taken_up_with_its_route_and_secrets,
                a_delivery_that_is_held_or_not_due_is_not_taken_up,
                of_one_route_one_delivery_is_taken_up_at_a_time,
                of_concurrent_claims_each_delivery_goes_to_one,
                a_reported_delivery_is_read_back_and_a_stale_report_is_a_conflict,
                a_replayed_delivery_leaves_its_trail_and_its_last_report_is_lost,
                a_route_tells_its_last_attempt,
                a_list_of_deliveries_is_newest_first_and_stable_under_inserts,
                old_deliveries_are_forgotten_save_those_that_wait,
            ]
        );
    };
}

/// One test a rule.
#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_rules {
    ($port:ident, $make:expr, [$($rule:ident),+ $(,)?]) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $rule() {
            let make = $make;
            let subject = $crate::testing::conformance::Subject::new(make().await, |task| {
                Box::pin(async move { tokio::spawn(task).await.map_err(|end| end.to_string()) })
            });
            $crate::testing::conformance::$port::$rule(&subject).await;
        }
    )+};
}
