//! Opening and closing the store.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use selfopt_core::{Clock, StoreError, Timestamp};
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use uuid::Uuid;

use super::{errors, schema};
use crate::{clock::SystemClock, ids::IdSource};

const DATABASE: &str = "selfopt.db";
const OPEN_LOCK: &str = "selfopt.lock";

/// How long a write waits for the writes of other processes. Each takes
/// milliseconds; what takes this long is stuck.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);

/// One writes at a time anyway; with these, readers do not wait for it.
const MAX_CONNECTIONS: u32 = 4;

/// All state in one SQLite file. Several processes may have it open at once.
///
/// ```no_run
/// # async fn example() -> Result<(), selfopt_core::StoreError> {
/// use selfopt_core::RepositoryStore;
/// use selfopt_store::SqliteStore;
///
/// let store = SqliteStore::open(".selfopt".as_ref()).await?;
/// let repo = store.repository("/home/me/my-app").await?;
/// store.close().await;
/// # Ok(()) }
/// ```
pub struct SqliteStore {
    pub(super) pool: SqlitePool,
    pub(super) organization: Uuid,
    pub(super) place: String,
    clock: Arc<dyn Clock>,
    ids: IdSource,
}

impl SqliteStore {
    /// Opens the store in a directory; creates both when they are missing.
    pub async fn open(dir: &Path) -> Result<Self, StoreError> {
        Self::open_with_clock(dir, Arc::new(SystemClock::new())).await
    }

    /// The same with a clock of one's own, for records and new ids.
    pub async fn open_with_clock(dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let place = dir.display().to_string();
        let lock = lock_for_opening(dir.to_owned())
            .await
            .map_err(|error| errors::from_io(error, &place, "open the store"))?;
        let pool = SqlitePoolOptions::new()
            .max_connections(MAX_CONNECTIONS)
            .connect_with(options(&dir.join(DATABASE)))
            .await
            .map_err(|error| errors::from_sqlx(error, &place, "open the store"))?;
        let ids = IdSource::default();
        let prepared = schema::prepare(&pool, &place, &ids, clock.now()).await;
        drop(lock);
        match prepared {
            Ok(organization) => Ok(Self { pool, organization, place, clock, ids }),
            Err(error) => {
                pool.close().await;
                Err(error)
            }
        }
    }

    /// Waits for what is under way and folds the write-ahead log into the
    /// database file. Not closing loses nothing: the next one to open the store
    /// does it.
    pub async fn close(self) {
        self.pool.close().await;
    }

    /// Turns what went wrong while `doing` something into the port's error.
    pub(super) fn failing(&self, doing: impl Into<String>) -> impl Fn(sqlx::Error) -> StoreError {
        errors::failing(self.place.clone(), doing.into())
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn new_id(&self) -> Uuid {
        self.ids.next(self.now())
    }
}

fn options(database: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(database)
        .create_if_missing(true)
        .foreign_keys(true)
        // Readers, such as a dashboard, never wait for a run that writes.
        .journal_mode(SqliteJournalMode::Wal)
        // NORMAL would survive the death of any process, but a power cut could
        // take the last commits: a proposal, or a pull request that would then
        // be opened twice. A run commits some hundred times; the flushes do not
        // show next to a benchmark.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
}

/// Creates the directory and waits for other processes that are opening the
/// same store. The lock lasts as long as the file.
///
/// SQLite alone does not suffice: switching a new database to its write-ahead
/// log needs a lock that the busy timeout does not wait for. With six processes
/// on a new store, about one opening in three hundred failed without this, and
/// none of three thousand with it.
async fn lock_for_opening(dir: PathBuf) -> io::Result<File> {
    let locking = tokio::task::spawn_blocking(move || {
        fs::create_dir_all(&dir)?;
        let file =
            File::options().create(true).truncate(false).write(true).open(dir.join(OPEN_LOCK))?;
        match file.lock() {
            // Some network file systems have no locks. Then two first openings
            // at once may fail; all else is safe by SQLite's own locks.
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
            other => other?,
        }
        Ok(file)
    });
    locking.await.map_err(io::Error::other)?
}
