//! The handle on what one user may read.

use std::fmt;

use selfopt_core::{StoreError, Timestamp, UserId};
use serde_json::json;
use sqlx::{PgTransaction, postgres::PgRow};

use super::database::PostgresDatabase;

/// What a verified token says of its user. Who makes one vouches for it: the
/// database believes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserClaims {
    user: UserId,
    expires_at: Timestamp,
}

impl UserClaims {
    /// The claims of a token whose signature, issuer and audience were checked.
    pub fn new(user: UserId, expires_at: Timestamp) -> Self {
        Self { user, expires_at }
    }

    /// As Supabase's policies read them, in `request.jwt.claims`.
    fn to_json(&self) -> String {
        let Self { user, expires_at: Timestamp(millis) } = self;
        json!({
            "sub": user,
            "role": "authenticated",
            "aud": "authenticated",
            "exp": millis / 1000,
        })
        .to_string()
    }
}

/// The reads of one user. Each is a transaction with the user's role and claims,
/// so that row level security decides what it sees; claims that have expired see
/// nothing.
#[derive(Clone)]
pub struct PostgresUser {
    database: PostgresDatabase,
    claims: String,
}

impl fmt::Debug for PostgresUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresUser").field("claims", &self.claims).finish_non_exhaustive()
    }
}

impl PostgresUser {
    pub(super) fn new(database: PostgresDatabase, claims: &UserClaims) -> Self {
        Self { database, claims: claims.to_json() }
    }

    /// One snapshot of what the user sees. Role and claims end with the
    /// transaction, however it ends.
    pub(super) async fn begin(&self) -> sqlx::Result<PgTransaction<'static>> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let mut transaction = self.database.begin(begin).await?;
        sqlx::query(
            "SELECT set_config('request.jwt.claims', $1, true),
                    set_config('role', 'authenticated', true)",
        )
        .bind(&self.claims)
        .execute(&mut *transaction)
        .await?;
        Ok(transaction)
    }

    /// The rows of one query.
    pub(super) async fn read(
        &self,
        mut query: sqlx::QueryBuilder<sqlx::Postgres>,
        doing: &str,
    ) -> Result<Vec<PgRow>, StoreError> {
        let read = async {
            let mut transaction = self.begin().await?;
            let rows = query.build().fetch_all(&mut *transaction).await?;
            transaction.commit().await?;
            Ok(rows)
        };
        read.await.map_err(self.failing(doing))
    }

    pub(super) fn failing(&self, doing: impl Into<String>) -> impl Fn(sqlx::Error) -> StoreError {
        self.database.failing(doing.into())
    }
}
