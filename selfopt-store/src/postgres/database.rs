//! Opening the database.

use std::{io, str::FromStr as _, sync::Arc};

use selfopt_core::{Clock, OrganizationId, StoreError};
use sqlx::{
    ConnectOptions as _, Connection as _, PgPool, PgTransaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{
    errors, schema,
    store::PostgresStore,
    user::{PostgresUser, UserClaims},
};
use crate::{clock::SystemClock, ids::IdSource};

/// The smallest Supabase project takes 60 connections, from all servers,
/// workers and Supabase's own services together.
const MAX_CONNECTIONS: u32 = 10;

/// All organizations in one Postgres database. Cheap to clone.
///
/// ```no_run
/// # async fn example(id: selfopt_core::OrganizationId) -> Result<(), selfopt_core::StoreError> {
/// use selfopt_core::RepositoryStore;
/// use selfopt_store::PostgresDatabase;
///
/// let database = PostgresDatabase::open("postgres://postgres@db.example.com/postgres").await?;
/// let store = database.organization(id);
/// let repo = store.repository("https://github.com/acme/shop").await?;
/// database.close().await;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct PostgresDatabase {
    pub(super) pool: PgPool,
    pub(super) place: String,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<IdSource>,
}

impl PostgresDatabase {
    /// Connects and brings the schema up to date. The URL's role must own the
    /// tables and bypass row level security, as Supabase's `postgres` does.
    /// Sessions are needed: not the transaction mode of a connection pooler.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_with_clock(url, Arc::new(SystemClock::new())).await
    }

    /// The same with a clock of one's own, for records and new ids.
    pub async fn open_with_clock(url: &str, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)
            // Not the source: it may show a part of the URL, and so a password.
            .map_err(|_| failed("read the database's URL", "it is no `postgres://` URL"))?
            .application_name("selfopt");
        let place = place(&options);
        // A pool would try again for half a minute where nobody listens.
        let failing = |error| errors::from_sqlx(error, &place, &format!("connect to `{place}`"));
        let mut connection = options.connect().await.map_err(failing)?;
        schema::prepare(&mut connection, &place).await?;
        connection.close().await.map_err(failing)?;
        let pool = PgPoolOptions::new().max_connections(MAX_CONNECTIONS).connect_lazy_with(options);
        Ok(Self { pool, place, clock, ids: Arc::default() })
    }

    /// The store of one organization.
    pub fn organization(&self, organization: OrganizationId) -> PostgresStore {
        PostgresStore::new(self.clone(), organization)
    }

    /// What one user may read, by the database's own judgement.
    pub fn as_user(&self, claims: &UserClaims) -> PostgresUser {
        PostgresUser::new(self.clone(), claims)
    }

    /// Waits for what is under way and closes all connections.
    pub async fn close(self) {
        self.pool.close().await;
    }

    /// Begins a transaction on a task of its own. sqlx forgets a BEGIN that was
    /// sent when its caller is dropped before the answer: the connection would go
    /// back to the pool inside a transaction that nobody commits, and the next
    /// one's writes with it. A task goes on, and what it then drops is rolled back.
    pub(super) async fn begin(
        &self,
        statement: &'static str,
    ) -> sqlx::Result<PgTransaction<'static>> {
        let pool = self.pool.clone();
        let beginning = tokio::spawn(async move { pool.begin_with(statement).await });
        beginning.await.map_err(io::Error::other)?
    }

    /// Turns what went wrong while `doing` something into the port's error.
    pub(super) fn failing(&self, doing: String) -> impl Fn(sqlx::Error) -> StoreError + use<> {
        errors::failing(self.place.clone(), doing)
    }
}

/// Where the database is, without user and password.
fn place(options: &PgConnectOptions) -> String {
    let host = options.get_socket().map_or_else(
        || format!("{}:{}", options.get_host(), options.get_port()),
        |socket| socket.display().to_string(),
    );
    format!("{host}/{}", options.get_database().unwrap_or_default())
}

fn failed(doing: &str, why: &str) -> StoreError {
    StoreError::Failed { doing: doing.to_owned(), source: why.to_owned().into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_password_is_told() {
        for url in
            ["postgres://me:hunter2@127.0.0.1:1/selfopt", "postgres://me:hunter2@[", "hunter2"]
        {
            let error = PostgresDatabase::open(url).await.err().expect("nothing is there");
            let told = format!("{error} {error:?} {:?}", error.hint());
            assert!(!told.contains("hunter2"), "{told}");
        }
    }
}
