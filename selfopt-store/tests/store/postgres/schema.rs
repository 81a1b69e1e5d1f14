//! What the schema says and refuses.

use selfopt_core::{
    ArtifactKind, AttemptStatus, AttemptStore as _, BaselineStore as _, JournalStore as _,
    OpportunityStore as _, ProposalStore as _, RepositoryStore as _, RunRecord, StoreError,
};
use selfopt_store::PostgresStore;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::TempPostgres;
use crate::{
    backend::run_in,
    contract::journal::entry,
    values::{self, FIXED_COLUMNS, artifact, attempt, baseline, opportunity, proposal},
};

/// One of each noun.
pub(super) async fn fill(store: &PostgresStore) -> RunRecord {
    let run = run_in(store, "/a").await;
    store.set_project(run.repo, &values::project()).await.unwrap();
    store.put_baseline(run.repo, &baseline(values::commit(1), 7)).await.unwrap();
    store.append(run.id, entry(0, "note")).await.unwrap();
    store.put_opportunities(run.id, &[opportunity("o", 1)]).await.unwrap();
    store.put_attempt(run.id, &attempt("a", "o", AttemptStatus::SizeDependent)).await.unwrap();
    store.put_proposal(&proposal("a", &run, run.created_at)).await.unwrap();
    store.put_artifact(&artifact("a", "diff.patch", ArtifactKind::Diff)).await.unwrap();
    run
}

/// The one row of a table as JSON.
async fn row(database: &mut PgConnection, columns: &str, table: &str) -> Value {
    let query = format!("SELECT to_jsonb(it)::text FROM (SELECT {columns} FROM {table}) AS it");
    let text: String = sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(database).await.unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn columns_say_what_the_values_say() {
    let backend = TempPostgres::new();
    fill(&backend.store().await).await;
    let database = &mut backend.connect().await;
    // NUL, which Postgres has not in texts, is written otherwise.
    let text = values::TEXT.replace('\0', "\u{fdd0}0");
    let project =
        row(database, "package_manager, install_cmd, typecheck_cmd, confidence", "repositories");
    assert_eq!(
        project.await,
        json!({
            "package_manager": "pnpm", "install_cmd": "pnpm install", "typecheck_cmd": null,
            "confidence": {
                "install": 0.1 + 0.2, "build": 0.1 + 0.2, "typecheck": null, "test": 0.1 + 0.2,
                "bench": 1.0,
            },
        })
    );
    let measured = json!(baseline(values::commit(1), 7));
    let found = row(database, "metrics -> 'noise' AS noise, environment_fingerprint -> 'isolation' ->> 'backend' AS backend", "baselines").await;
    assert_eq!(found, json!({ "noise": measured["benchmark"]["noise"], "backend": "process" }));
    assert_eq!(
        row(database, "type, location, rationale, risk_score", "opportunities").await,
        json!({
            "type": "array-includes-in-loop", "location": "src/größe.ts:12:4294967295",
            "rationale": "it is quadratic", "risk_score": 3,
        })
    );
    assert_eq!(
        row(
            database,
            "opportunity_id, status, jsonb_array_length(validation_result) AS n",
            "attempts"
        )
        .await,
        json!({ "opportunity_id": "opp-o", "status": "size_dependent", "n": 2 })
    );
    assert_eq!(
        row(
            database,
            "diff, summary, metrics_before, metrics_after, risk_score, pr_url",
            "proposals"
        )
        .await,
        json!({
            "diff": text, "summary": text,
            "metrics_before": { "metric": "wall", "median_us": u64::MAX },
            "metrics_after": { "metric": "wall", "median_us": 0 },
            "risk_score": 100, "pr_url": null,
        })
    );
}

#[tokio::test]
async fn the_tables_have_their_fixed_columns() {
    let backend = TempPostgres::new();
    backend.store().await;
    let mut database = backend.connect().await;
    for (table, fixed) in FIXED_COLUMNS {
        let columns: Vec<String> = sqlx::query_scalar(
            "SELECT column_name::text FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name = $1",
        )
        .bind(table)
        .fetch_all(&mut database)
        .await
        .unwrap();
        for column in fixed.split(' ') {
            assert!(columns.iter().any(|name| name == column), "{table}.{column}");
        }
    }
}

#[tokio::test]
async fn the_database_refuses_what_no_version_writes() {
    let backend = TempPostgres::new();
    fill(&backend.store().await).await;
    let mut database = backend.connect().await;
    for (statement, code) in [
        ("UPDATE run_journal SET event = '{}'", "23001"),
        ("DELETE FROM run_journal", "23001"),
        ("UPDATE runs SET status = 'done'", "22P02"),
        ("UPDATE runs SET compute_minutes = -1", "23514"),
        ("UPDATE runs SET compute_minutes = 'NaN'", "23514"),
        ("UPDATE runs SET seed = -1", "23514"),
        ("UPDATE runs SET sha = 'main'", "23514"),
        ("UPDATE runs SET org_id = gen_random_uuid()", "23503"),
        ("UPDATE baselines SET record = '{\"environment\": {}}'", "23514"),
        (
            "UPDATE baselines SET record = '{\"benchmark\": 1, \"environment\": {\"fixed\": {}, \"isolation\": {}}}'",
            "23514",
        ),
        (
            "UPDATE attempts SET record = '{\"opportunity\": \"o\", \"diff\": \"\", \"verdicts\": [], \"status\": \"maybe\"}'",
            "23514",
        ),
        (
            "UPDATE attempts SET record = '{\"opportunity\": \"o\", \"diff\": \"\", \"verdicts\": {}, \"status\": \"accepted\"}'",
            "23514",
        ),
        ("UPDATE attempts SET record = '{}'", "23502"),
        ("UPDATE attempts SET record = 'no JSON'", "22P02"),
        ("UPDATE proposals SET pr_url = 'javascript:alert(1)'", "23514"),
        ("UPDATE repositories SET project = '[]'", "23514"),
        ("UPDATE artifacts SET type = 'other'", "23514"),
        ("UPDATE artifacts SET storage_path = '/etc/passwd'", "23514"),
        ("DELETE FROM runs", "23503"),
        ("DELETE FROM repositories", "23503"),
        (
            "INSERT INTO settings (repo_id, org_id, schedule) SELECT id, org_id, 'nightly' FROM repositories",
            "23514",
        ),
        (
            "INSERT INTO settings (repo_id, org_id) VALUES (gen_random_uuid(), gen_random_uuid())",
            "23503",
        ),
        (
            "INSERT INTO idempotency_keys SELECT id, 'k', repeat('0', 64), '{\"status\": \"ok\"}', now() FROM organizations",
            "23514",
        ),
        (
            "INSERT INTO api_tokens SELECT gen_random_uuid(), id, 'ci', 'selfopt_secret', '{runs}', owner_id FROM organizations",
            "23514",
        ),
    ] {
        let refused = sqlx::query(statement).execute(&mut database).await.err();
        let refused = refused.unwrap_or_else(|| panic!("{statement} is refused"));
        assert_eq!(
            refused.as_database_error().unwrap().code().as_deref(),
            Some(code),
            "{statement}: {refused}"
        );
    }
}

/// Deliveries and ticks count once, whoever inserts them.
#[tokio::test]
async fn what_happens_once_is_inserted_once() {
    let backend = TempPostgres::new();
    fill(&backend.store().await).await;
    let mut database = backend.connect().await;
    for statement in [
        "INSERT INTO webhook_deliveries (id, event) VALUES ('00000000-0000-0000-0000-00000000000a', 'push')
         ON CONFLICT DO NOTHING",
        "INSERT INTO schedule_ticks (repo_id, org_id, due_at) SELECT id, org_id, '2026-11-24 03:00Z' FROM repositories
         ON CONFLICT DO NOTHING",
        "INSERT INTO suppressed_fingerprints (repo_id, org_id, fingerprint, reason) SELECT id, org_id, 'f', 'closed' FROM repositories
         ON CONFLICT DO NOTHING",
    ] {
        for expected in [1, 0] {
            let done = sqlx::query(statement).execute(&mut database).await.unwrap();
            assert_eq!(done.rows_affected(), expected, "{statement}");
        }
    }
}

/// A handle on one organization neither sees nor changes another's rows, even
/// with ids that it should not know.
#[tokio::test]
async fn organizations_are_kept_apart_by_every_query() {
    use selfopt_core::{RunStatus, RunStore as _, Spend, SpendingScope, SpendingStore as _};

    let backend = TempPostgres::new();
    let ours = backend.store().await;
    let run = fill(&ours).await;
    let database = backend.database().await;
    let other = database.add_organization("other", super::user(1)).await.unwrap();
    let theirs = database.organization(other);
    let made = attempt("a", "o", AttemptStatus::Rejected);
    let proved = proposal("a", &run, run.created_at);

    assert_eq!(theirs.run(run.id).await.unwrap(), None);
    assert_eq!(theirs.latest_run().await.unwrap(), None);
    assert_eq!(theirs.finished_runs().await.unwrap(), []);
    assert_eq!(theirs.runs(run.repo).await.unwrap(), []);
    assert_eq!(theirs.locator(run.repo).await.unwrap(), None);
    assert_eq!(theirs.journal(run.id).await.unwrap(), []);
    assert_eq!(theirs.opportunities(run.id).await.unwrap(), []);
    assert_eq!(theirs.attempts(run.id).await.unwrap(), []);
    assert_eq!(theirs.find_attempts("").await.unwrap(), []);
    assert_eq!(theirs.history(&made.id).await.unwrap(), []);
    assert_eq!(theirs.proposals(None).await.unwrap(), []);
    assert_eq!(theirs.proposals(Some(run.repo)).await.unwrap(), []);
    assert_eq!(theirs.find_proposals("").await.unwrap(), []);
    assert_eq!(theirs.artifacts(&proved.id).await.unwrap(), []);
    assert_eq!(theirs.baseline(run.repo, &values::commit(1)).await.unwrap(), None);
    assert_eq!(theirs.spent(&SpendingScope::Run(run.id)).await.unwrap(), Spend::default());
    assert_ne!(theirs.repository("/a").await.unwrap(), run.repo);

    theirs.update_run(run.id, RunStatus::Failed, 1.0).await.unwrap_err();
    theirs.create_run(values::new_run(run.repo)).await.unwrap_err();
    theirs.set_project(run.repo, &values::project()).await.unwrap_err();
    theirs.append(run.id, entry(1, "note")).await.unwrap_err();
    theirs.put_opportunities(run.id, &[opportunity("o", 9)]).await.unwrap_err();
    theirs.put_attempt(run.id, &made).await.unwrap_err();
    theirs.put_proposal(&proved).await.unwrap_err();
    theirs.put_baseline(run.repo, &baseline(values::commit(2), 7)).await.unwrap_err();
    assert_eq!(ours.run(run.id).await.unwrap(), Some(run.clone()));
    assert_eq!(ours.attempts(run.id).await.unwrap()[0].status, AttemptStatus::SizeDependent);
    assert_eq!(ours.proposals(None).await.unwrap(), [proved]);
}

/// A connection that breaks is replaced.
#[tokio::test]
async fn a_lost_connection_is_replaced() {
    let backend = TempPostgres::new();
    let store = backend.store().await;
    let run = fill(&store).await;
    let mut database = PgConnection::connect(&backend.url).await.unwrap();
    sqlx::query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .execute(&mut database)
    .await
    .unwrap();
    assert_eq!(store.journal(run.id).await.unwrap(), [entry(0, "note")]);
}

#[tokio::test]
async fn a_row_that_does_not_read_back_is_named() {
    let backend = TempPostgres::new();
    let store = backend.store().await;
    let run = fill(&store).await;
    sqlx::query("UPDATE attempts SET record = (record::jsonb - 'reason')::json")
        .execute(&mut backend.connect().await)
        .await
        .unwrap();
    let error = store.history(&attempt("a", "o", AttemptStatus::Rejected).id).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        format!("attempt cand-a of run {} in the store does not read back", run.id)
    );
}
