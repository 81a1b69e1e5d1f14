//! What calls of language models cost.

use async_trait::async_trait;
use selfopt_core::{
    Reservation, Reserved, Spend, SpendingLimits, SpendingScope, SpendingStore, StoreError,
};
use sqlx::{Row, SqliteConnection};

use super::{rows, store::SqliteStore};
use crate::spending;

/// The sum of what fits a condition with up to two values.
macro_rules! sum_where {
    ($condition:literal) => {
        concat!(
            "SELECT coalesce(sum(tokens), 0) AS tokens, ",
            "coalesce(sum(micro_dollars), 0) AS micro_dollars FROM model_spending WHERE ",
            $condition
        )
    };
}

#[async_trait]
impl SpendingStore for SqliteStore {
    async fn reserve(
        &self,
        reservation: &Reservation,
        limits: &SpendingLimits,
    ) -> Result<Reserved, StoreError> {
        let Reservation { id, run, repo, month, amount } = reservation;
        let failing = self.failing("reserve a budget");
        let now = rows::integer(self.now().0, "the time")?;
        let tokens = rows::integer(amount.tokens, "tokens")?;
        let money = rows::integer(amount.micro_dollars, "money")?;
        // The write lock comes first: nobody else reserves between sum and row.
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(&failing)?;
        for (which, scope, limit) in spending::limited(reservation, limits) {
            let spent = sum(&mut transaction, &scope).await.map_err(&failing)?;
            if !spent.plus(*amount).is_within(limit) {
                return Ok(Reserved::Exceeds(which));
            }
        }
        sqlx::query(
            "INSERT INTO model_spending
                 (id, run_id, repo_id, month, tokens, micro_dollars, settled, created_at)
             VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
        )
        .bind(id)
        .bind(run.to_string())
        .bind(repo.to_string())
        .bind(month)
        .bind(tokens)
        .bind(money)
        .bind(now)
        .execute(&mut *transaction)
        .await
        .map_err(&failing)?;
        transaction.commit().await.map_err(&failing)?;
        Ok(Reserved::Yes)
    }

    async fn settle(&self, id: &str, spend: Spend) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE model_spending SET tokens = ?, micro_dollars = ?, settled = 1 WHERE id = ?",
        )
        .bind(rows::integer(spend.tokens, "tokens")?)
        .bind(rows::integer(spend.micro_dollars, "money")?)
        .bind(id)
        .execute(&self.pool)
        .await
        .map_err(self.failing("settle a budget"))?;
        Ok(())
    }

    async fn spent(&self, scope: &SpendingScope) -> Result<Spend, StoreError> {
        let failing = self.failing("read what was spent");
        let mut connection = self.pool.acquire().await.map_err(&failing)?;
        sum(&mut connection, scope).await.map_err(&failing)
    }
}

async fn sum(connection: &mut SqliteConnection, scope: &SpendingScope) -> sqlx::Result<Spend> {
    let query = match scope {
        SpendingScope::Run(run) => sqlx::query(sum_where!("run_id = ?")).bind(run.to_string()),
        SpendingScope::Repository(repo, month) => {
            sqlx::query(sum_where!("month = ? AND repo_id = ?")).bind(month).bind(repo.to_string())
        }
        SpendingScope::Month(month) => sqlx::query(sum_where!("month = ?")).bind(month),
    };
    let row = query.fetch_one(connection).await?;
    let column = |name: &str| row.try_get::<i64, _>(name).map(i64::unsigned_abs);
    Ok(Spend { tokens: column("tokens")?, micro_dollars: column("micro_dollars")? })
}
