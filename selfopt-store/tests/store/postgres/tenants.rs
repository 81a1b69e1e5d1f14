//! Who sees and changes what: every table, for everybody, by direct SQL.

use std::fmt::Write as _;

use selfopt_core::{OrganizationId, PageRequest, ProposalFilter, RunFilter, Timestamp, UserReads};
use selfopt_store::{MemberRole, UserClaims};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::{TempPostgres, claims, schema::fill, user};
use crate::values::proposal;

const OWNER: u128 = 1;
const MEMBER: u128 = 2;
const OUTSIDER: u128 = 3;

/// In 2099, and long ago.
const LATER: u64 = 4_070_908_800;
const BEFORE: u64 = 1_000_000_000;

/// The user of a token, and when it expires in seconds.
type Claims = Option<(u128, u64)>;

/// A name, a role of the database, and the claims of a token.
type Somebody = (&'static str, &'static str, Claims);

const EVERYBODY: [Somebody; 6] = [
    ("owner", "authenticated", Some((OWNER, LATER))),
    ("member", "authenticated", Some((MEMBER, LATER))),
    ("outsider", "authenticated", Some((OUTSIDER, LATER))),
    ("anonymous", "anon", None),
    ("expired", "authenticated", Some((OWNER, BEFORE))),
    ("service", "service_role", None),
];

/// The rows of one organization that the other tables of the service hold.
const MORE_ROWS: &str = "
    INSERT INTO installations (id, org_id, account) SELECT 1, id, 'acme' FROM organizations;
    INSERT INTO settings (repo_id, org_id) SELECT id, org_id FROM repositories;
    INSERT INTO model_spending SELECT org_id, 'm', id, repo_id, '2026-11', 1, 1, true, now() FROM runs;
    INSERT INTO run_requests (id, org_id, repo_id, origin, state, tries, not_before, cancel_asked, created_at)
        SELECT gen_random_uuid(), org_id, id, 'person', 'queued', 0, now(), false, now() FROM repositories;
    INSERT INTO compute_spending (org_id, request_id, repo_id, month, minutes, created_at)
        SELECT org_id, id, repo_id, '2026-11', 1, now() FROM run_requests;
    INSERT INTO confirmed_commands SELECT id, org_id, '{}', now() FROM repositories;
    INSERT INTO dismissals SELECT run_id, id, org_id, 'no', now() FROM proposals;
    INSERT INTO api_tokens (id, org_id, name, token_hash, scopes, created_by)
        SELECT gen_random_uuid(), id, 'ci', repeat('0', 64), '{runs}', owner_id FROM organizations;
    INSERT INTO webhook_deliveries (id, event) VALUES (gen_random_uuid(), 'push');
    INSERT INTO suppressed_fingerprints (repo_id, org_id, fingerprint, reason)
        SELECT id, org_id, 'f', 'closed' FROM repositories;
    INSERT INTO schedule_ticks (repo_id, org_id, due_at) SELECT id, org_id, now() FROM repositories;
    INSERT INTO pauses (repo_id, org_id, reason) SELECT id, org_id, 'holidays' FROM repositories;
    INSERT INTO idempotency_keys (org_id, key, request_digest)
        SELECT id, 'k', repeat('0', 64) FROM organizations;
    INSERT INTO storage.objects (bucket_id, name)
        SELECT 'artifacts', 'repos/' || id || '/runs/1/logs.txt' FROM repositories;
";

async fn filled() -> TempPostgres {
    let backend = TempPostgres::new();
    let store = backend.store().await;
    fill(&store).await;
    let database = backend.database().await;
    let organization = *backend.organization.get().unwrap();
    for n in [MEMBER, OUTSIDER] {
        database.add_user(user(n), None).await.unwrap();
    }
    database.set_member(organization, user(MEMBER), MemberRole::Member).await.unwrap();
    sqlx::raw_sql(MORE_ROWS).execute(&mut backend.connect().await).await.unwrap();
    backend
}

/// What one statement did to rows, for somebody; undone.
async fn attempt(
    database: &mut PgConnection,
    role: &str,
    claims: Claims,
    statement: String,
) -> Result<u64, String> {
    let claims = claims.map_or_else(String::new, |(n, exp)| {
        json!({ "sub": user(n), "role": role, "exp": exp }).to_string()
    });
    let mut transaction = database.begin().await.unwrap();
    sqlx::query("SELECT set_config('request.jwt.claims', $1, true), set_config('role', $2, true)")
        .bind(claims)
        .bind(role)
        .execute(&mut *transaction)
        .await
        .unwrap();
    let done = sqlx::query(AssertSqlSafe(statement)).execute(&mut *transaction).await;
    transaction.rollback().await.unwrap();
    match done {
        Ok(done) => Ok(done.rows_affected()),
        Err(error) => Err(error.as_database_error().unwrap().code().unwrap().into_owned()),
    }
}

/// Insufficient privilege, also that of row level security.
const REFUSED: &str = "42501";

/// `r`ead, `i`nsert, `u`pdate, `d`elete: what takes effect on another's rows.
async fn may(
    database: &mut PgConnection,
    organization: OrganizationId,
    table: &str,
    (_, role, claims): Somebody,
) -> String {
    let (rows, insert, update) = match table {
        // Everybody sees themselves.
        "public.users" => ("email IS NOT NULL", "DEFAULT VALUES", "email = email"),
        "public.organizations" | "storage.objects" => ("true", "DEFAULT VALUES", "name = name"),
        "public.members" => ("role <> 'owner'", "", "role = role"),
        "public.settings" => ("true", "", "schedule = schedule"),
        "public.webhook_deliveries" => ("true", "DEFAULT VALUES", "event = event"),
        _ => ("true", "", "org_id = org_id"),
    };
    let insert = match insert {
        "" if table == "public.members" => {
            let user = user(OUTSIDER);
            format!("(org_id, user_id, role) VALUES ('{organization}', '{user}', 'member')")
        }
        // The organization is named, so that only privileges decide; what else is
        // missing fails later, in another way.
        "" => format!("(org_id) VALUES ('{organization}')"),
        insert => insert.to_owned(),
    };
    let mut letters = String::new();
    for (letter, statement) in [
        ('r', format!("SELECT 1 FROM {table} WHERE {rows}")),
        ('i', format!("INSERT INTO {table} {insert}")),
        ('u', format!("UPDATE {table} SET {update} WHERE {rows}")),
        ('d', format!("DELETE FROM {table} WHERE {rows}")),
    ] {
        match attempt(database, role, claims, statement).await {
            Ok(0) => {}
            Err(code) if code == REFUSED => {}
            // Another refusal comes after that of privileges.
            Ok(_) | Err(_) => letters.push(letter),
        }
    }
    if letters.is_empty() { "-".to_owned() } else { letters }
}

#[tokio::test]
async fn an_outsider_sees_and_changes_nothing() {
    let backend = filled().await;
    let organization = *backend.organization.get().unwrap();
    let mut database = backend.connect().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT format('%s.%s', schemaname, tablename) FROM pg_tables
         WHERE schemaname = 'public' OR tablename = 'objects' ORDER BY 1",
    )
    .fetch_all(&mut database)
    .await
    .unwrap();
    let mut matrix = format!("{:32}", "");
    for (name, _, _) in EVERYBODY {
        write!(matrix, "{name:10}").unwrap();
    }
    for table in &tables {
        write!(matrix, "\n{table:32}").unwrap();
        for somebody in EVERYBODY {
            let letters = may(&mut database, organization, table, somebody).await;
            if matches!(somebody.0, "outsider" | "anonymous" | "expired") {
                assert_eq!(letters, "-", "{table}, {}", somebody.0);
            }
            write!(matrix, "{letters:10}").unwrap();
        }
    }
    let trimmed: Vec<_> = matrix.lines().map(str::trim_end).collect();
    insta::assert_snapshot!(trimmed.join("\n"));
}

#[tokio::test]
async fn the_hash_of_a_token_is_for_nobody() {
    let backend = filled().await;
    let mut database = backend.connect().await;
    let hash = || "SELECT token_hash FROM api_tokens".to_owned();
    let (_, role, claims) = EVERYBODY[0];
    assert_eq!(attempt(&mut database, role, claims, hash()).await, Err(REFUSED.to_owned()));
    let (_, service, _) = EVERYBODY[5];
    assert_eq!(attempt(&mut database, service, None, hash()).await, Ok(1));
}

/// Managers add members and change their roles; owners are out of their reach.
#[tokio::test]
async fn nobody_becomes_or_removes_an_owner() {
    let backend = filled().await;
    let mut database = backend.connect().await;
    let (_, role, claims) = EVERYBODY[0];
    for (statement, expected) in [
        (
            "INSERT INTO members SELECT org_id, '00000000-0000-0000-0000-000000000003', 'admin' FROM members LIMIT 1",
            Ok(1),
        ),
        (
            "INSERT INTO members SELECT org_id, '00000000-0000-0000-0000-000000000003', 'owner' FROM members LIMIT 1",
            Err(REFUSED.to_owned()),
        ),
        ("UPDATE members SET role = 'admin'", Ok(1)),
        ("UPDATE members SET role = 'owner'", Err(REFUSED.to_owned())),
        ("DELETE FROM members", Ok(1)),
    ] {
        let done = attempt(&mut database, role, claims, statement.to_owned()).await;
        assert_eq!(done, expected, "{statement}");
    }
}

/// The same through the port: what is not theirs does not exist for them.
#[tokio::test]
async fn the_reads_of_a_user_are_the_databases_own_judgement() {
    let backend = filled().await;
    let database = backend.database().await;
    let store = backend.store().await;
    let run = selfopt_core::RunStore::latest_run(&store).await.unwrap().unwrap();
    let proved = proposal("a", &run, run.created_at);
    for (reader, expected) in [
        (claims(user(OWNER)), 1),
        (claims(user(MEMBER)), 1),
        (claims(user(OUTSIDER)), 0),
        (claims(user(99)), 0),
        (UserClaims::new(user(OWNER), Timestamp(BEFORE * 1000)), 0),
    ] {
        let user = database.as_user(&reader);
        let page = PageRequest::default();
        let found = [
            user.repositories(None, &page).await.unwrap().items.len(),
            usize::from(user.repository(run.repo).await.unwrap().is_some()),
            user.runs(&RunFilter::default(), &page).await.unwrap().items.len(),
            user.run(run.id, None).await.unwrap().map_or(0, |found| found.journal.len()),
            user.opportunities(run.id, &page).await.unwrap().items.len(),
            user.attempts(run.id, &page).await.unwrap().items.len(),
            user.proposals(&ProposalFilter::default(), &page).await.unwrap().items.len(),
            user.proposal(&proved.id, None).await.unwrap().map_or(0, |found| found.artifacts.len()),
        ];
        assert_eq!(found, [expected; 8], "{reader:?}");
    }
    // And nobody's role or claims stay behind on a connection.
    assert_eq!(selfopt_core::ProposalStore::proposals(&store, None).await.unwrap(), [proved]);
    let left: (String, String) = sqlx::query_as(
        "SELECT current_user::text, coalesce(current_setting('request.jwt.claims', true), '')",
    )
    .fetch_one(&mut backend.connect().await)
    .await
    .unwrap();
    assert_eq!(left, ("postgres".to_owned(), String::new()));
}
