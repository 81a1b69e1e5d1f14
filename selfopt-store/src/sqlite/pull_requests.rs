//! Pull requests of ours.

use async_trait::async_trait;
use selfopt_core::pull_request::Fingerprint;
use selfopt_core::{ProposalId, PullRequestRecord, PullRequestStore, RepoId, StoreError};
use sqlx::{Row, sqlite::SqliteRow};

use super::{rows, store::SqliteStore};

#[async_trait]
impl PullRequestStore for SqliteStore {
    async fn keep_pull_request(&self, pull: &PullRequestRecord) -> Result<(), StoreError> {
        let PullRequestRecord {
            repo,
            number,
            url,
            proposal,
            fingerprint,
            state,
            hands_off,
            opened_at,
        } = pull;
        sqlx::query(
            "INSERT INTO pull_requests (
                 repo_id, number, url, proposal_id, fingerprint, state, hands_off, opened_at
             ) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (repo_id, number) DO UPDATE SET
                 url = excluded.url,
                 proposal_id = excluded.proposal_id,
                 fingerprint = excluded.fingerprint,
                 state = excluded.state,
                 hands_off = coalesce(hands_off, excluded.hands_off)",
        )
        .bind(repo.to_string())
        .bind(rows::integer(*number, "the number of a pull request")?)
        .bind(url)
        .bind(proposal.as_str())
        .bind(fingerprint.as_str())
        .bind(rows::to_word(state))
        .bind(hands_off)
        .bind(rows::integer(opened_at.0, "the time")?)
        .execute(&self.pool)
        .await
        .map_err(self.failing(format!("keep the pull request {url}")))?;
        Ok(())
    }

    async fn pull_request_of(
        &self,
        repo: RepoId,
        fingerprint: &Fingerprint,
    ) -> Result<Option<PullRequestRecord>, StoreError> {
        let failing = self.failing(format!("read the pull request of the change {fingerprint}"));
        let row = sqlx::query(
            "SELECT * FROM pull_requests WHERE repo_id = ? AND fingerprint = ?
             ORDER BY number DESC LIMIT 1",
        )
        .bind(repo.to_string())
        .bind(fingerprint.as_str())
        .fetch_optional(&self.pool)
        .await
        .map_err(&failing)?;
        row.as_ref().map(record).transpose().map_err(failing)
    }
}

fn record(row: &SqliteRow) -> sqlx::Result<PullRequestRecord> {
    Ok(PullRequestRecord {
        repo: RepoId(rows::uuid(row, "repo_id")?),
        number: row.try_get("number")?,
        url: row.try_get("url")?,
        proposal: ProposalId::new(row.try_get::<String, _>("proposal_id")?),
        fingerprint: rows::word(row, "fingerprint")?,
        state: rows::word(row, "state")?,
        hands_off: row.try_get("hands_off")?,
        opened_at: rows::time(row, "opened_at")?,
    })
}
