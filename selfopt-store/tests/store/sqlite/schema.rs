//! The schema: what it is, what it refuses, and that its columns say what the
//! values say.

use std::{fmt::Write as _, path::Path};

use selfopt_core::{
    ArtifactKind, AttemptStatus, AttemptStore as _, BaselineStore as _, JournalStore as _,
    OpportunityStore as _, ProposalStore as _, RepositoryStore as _,
};
use selfopt_store::SqliteStore;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};
use tempfile::TempDir;

use super::database;
use crate::{
    backend::run_in,
    contract::journal::entry,
    values::{self, FIXED_COLUMNS, artifact, attempt, baseline, opportunity, proposal},
};

/// A store with one of each noun, closed.
async fn filled() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(dir.path()).await.unwrap();
    let run = run_in(&store, "/a").await;
    store.set_project(run.repo, &values::project()).await.unwrap();
    store.put_baseline(run.repo, &baseline(values::commit(1), 7)).await.unwrap();
    store.append(run.id, entry(0, "note")).await.unwrap();
    store.put_opportunities(run.id, &[opportunity("o", 1)]).await.unwrap();
    store.put_attempt(run.id, &attempt("a", "o", AttemptStatus::SizeDependent)).await.unwrap();
    store.put_proposal(&proposal("a", &run, run.created_at)).await.unwrap();
    store.put_artifact(&artifact("a", "diff.patch", ArtifactKind::Diff)).await.unwrap();
    store.close().await;
    dir
}

/// The one row of a table as JSON; JSON columns as what they hold.
async fn row(dir: &Path, table: &str, columns: &[&str]) -> Value {
    let pairs: Vec<_> = columns
        .iter()
        .map(|name| match name.strip_suffix("(json)") {
            Some(name) => format!("'{name}', json({name})"),
            None => format!("'{name}', {name}"),
        })
        .collect();
    let query = format!("SELECT json_object({}) FROM {table}", pairs.join(", "));
    let text: String =
        sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&mut database(dir).await).await.unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn columns_say_what_the_values_say() {
    let dir = filled().await;
    let dir = dir.path();
    let project = json!(values::project());
    assert_eq!(
        row(
            dir,
            "repositories",
            &[
                "locator",
                "package_manager",
                "install_cmd",
                "build_cmd",
                "typecheck_cmd",
                "test_cmd",
                "bench_config(json)",
                "confidence(json)",
                "evidence(json)",
                "project(json)",
            ],
        )
        .await,
        json!({
            "locator": "/a",
            "package_manager": "pnpm",
            "install_cmd": "pnpm install",
            "build_cmd": "pnpm build",
            "typecheck_cmd": null,
            "test_cmd": "pnpm test -- 'ü'",
            "bench_config": project["bench"],
            "confidence": {
                "install": 0.1 + 0.2, "build": 0.1 + 0.2, "typecheck": null, "test": 0.1 + 0.2,
                "bench": 1.0,
            },
            "evidence": {
                "install": project["install_cmd"]["evidence"],
                "build": project["build_cmd"]["evidence"],
                "typecheck": null,
                "test": project["test_cmd"]["evidence"],
                "bench": project["bench"]["evidence"],
            },
            "project": project,
        })
    );
    let measured = json!(baseline(values::commit(1), 7));
    assert_eq!(
        row(dir, "baselines", &["sha", "metrics(json)", "environment_fingerprint(json)"]).await,
        json!({
            "sha": values::commit(1),
            "metrics": measured["benchmark"],
            "environment_fingerprint": measured["environment"],
        })
    );
    assert_eq!(
        row(dir, "opportunities", &["type", "location", "rationale", "risk_score"]).await,
        json!({
            "type": "array-includes-in-loop",
            "location": "src/größe.ts:12:4294967295",
            "rationale": "it is quadratic",
            "risk_score": 3,
        })
    );
    let tried = attempt("a", "o", AttemptStatus::SizeDependent);
    assert_eq!(
        row(dir, "attempts", &["opportunity_id", "diff", "validation_result(json)", "status"])
            .await,
        json!({
            "opportunity_id": "opp-o",
            "diff": tried.diff,
            "validation_result": tried.verdicts,
            "status": "size_dependent",
        })
    );
    assert_eq!(
        row(
            dir,
            "proposals",
            &[
                "diff",
                "summary",
                "metrics_before(json)",
                "metrics_after(json)",
                "risk_score",
                "pr_url"
            ],
        )
        .await,
        json!({
            "diff": values::TEXT,
            "summary": values::TEXT,
            "metrics_before": { "metric": "wall", "median_us": u64::MAX },
            "metrics_after": { "metric": "wall", "median_us": 0 },
            "risk_score": 100,
            "pr_url": null,
        })
    );
}

#[tokio::test]
async fn the_tables_have_their_fixed_columns() {
    let dir = filled().await;
    let mut database = database(dir.path()).await;
    for (table, fixed) in FIXED_COLUMNS {
        let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_xinfo(?)")
            .bind(table)
            .fetch_all(&mut database)
            .await
            .unwrap();
        for column in fixed.split(' ') {
            assert!(columns.iter().any(|name| name == column), "{table}.{column}");
        }
    }
}

/// What the migrations leave behind, in one line a column. It fails when a
/// migration changes more than it was meant to, or an old one is edited.
#[tokio::test]
async fn the_schema_is_as_reviewed() {
    let dir = filled().await;
    let mut database = database(dir.path()).await;
    let mut dump = String::new();
    let objects = sqlx::query(
        "SELECT type, name, tbl_name FROM sqlite_schema
         WHERE name NOT LIKE 'sqlite%' AND name NOT LIKE '%sqlx%' ORDER BY tbl_name, type DESC, name",
    )
    .fetch_all(&mut database)
    .await
    .unwrap();
    for object in objects {
        let (kind, name): (String, String) = (object.get("type"), object.get("name"));
        let of = match kind.as_str() {
            "table" => String::new(),
            _ => format!(" on {}", object.get::<String, _>("tbl_name")),
        };
        writeln!(dump, "{kind} {name}{of}").unwrap();
        match kind.as_str() {
            "table" => columns(&mut database, &name, &mut dump).await,
            "index" => index_columns(&mut database, &name, &mut dump).await,
            _ => {}
        }
    }
    insta::assert_snapshot!(dump);
}

async fn columns(database: &mut SqliteConnection, table: &str, dump: &mut String) {
    let columns = sqlx::query(
        "SELECT x.name, x.type, x.\"notnull\", x.pk, x.hidden, f.\"table\" AS target
         FROM pragma_table_xinfo(?1) AS x
         LEFT JOIN pragma_foreign_key_list(?1) AS f ON f.\"from\" = x.name
         ORDER BY x.cid, f.id",
    )
    .bind(table)
    .fetch_all(&mut *database)
    .await
    .unwrap();
    for column in columns {
        let (name, kind): (String, String) = (column.get("name"), column.get("type"));
        write!(dump, "    {name} {kind}").unwrap();
        for (word, holds) in [
            (" null", column.get::<i64, _>("notnull") == 0),
            (" key", column.get::<i64, _>("pk") > 0),
            (" generated", column.get::<i64, _>("hidden") > 0),
        ] {
            dump.push_str(if holds { word } else { "" });
        }
        if let Some(target) = column.get::<Option<String>, _>("target") {
            write!(dump, " -> {target}").unwrap();
        }
        dump.push('\n');
    }
}

async fn index_columns(database: &mut SqliteConnection, index: &str, dump: &mut String) {
    let columns: Vec<String> = sqlx::query_scalar(
        "SELECT name || iif(\"desc\", ' desc', '') FROM pragma_index_xinfo(?) WHERE key ORDER BY seqno",
    )
    .bind(index)
    .fetch_all(database)
    .await
    .unwrap();
    writeln!(dump, "    {}", columns.join(", ")).unwrap();
}

#[tokio::test]
async fn the_database_refuses_what_no_version_writes() {
    let dir = filled().await;
    let mut database = database(dir.path()).await;
    for statement in [
        "UPDATE run_journal SET event = '{}'",
        "DELETE FROM run_journal",
        "UPDATE runs SET status = 'done'",
        "UPDATE runs SET compute_minutes = -1",
        "UPDATE attempts SET record = json_set(record, '$.status', 'maybe')",
        "UPDATE attempts SET record = json_remove(record, '$.diff')",
        "UPDATE attempts SET record = 'no JSON'",
        "UPDATE repositories SET project = 'no JSON'",
        "UPDATE artifacts SET type = 'other'",
        "DELETE FROM runs",
        "DELETE FROM repositories",
        "INSERT INTO settings (repo_id) VALUES ('unknown')",
    ] {
        let refused = sqlx::query(statement).execute(&mut database).await;
        assert!(refused.is_err(), "{statement}");
    }
}

#[tokio::test]
async fn the_database_is_sound_and_has_one_local_user() {
    let dir = filled().await;
    SqliteStore::open(dir.path()).await.unwrap().close().await;
    let mut database = database(dir.path()).await;
    for (query, expected) in [
        ("SELECT integrity_check FROM pragma_integrity_check", "ok"),
        ("SELECT CAST(count(*) AS TEXT) FROM pragma_foreign_key_check", "0"),
        ("SELECT journal_mode FROM pragma_journal_mode", "wal"),
        ("SELECT CAST(count(*) AS TEXT) FROM users", "1"),
        ("SELECT name FROM organizations", "local"),
        ("SELECT CAST(count(*) AS TEXT) FROM repositories", "1"),
    ] {
        let found: Vec<String> = sqlx::query_scalar(query).fetch_all(&mut database).await.unwrap();
        assert_eq!(found, [expected], "{query}");
    }
}
