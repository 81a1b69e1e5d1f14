//! What calls of language models cost.

use async_trait::async_trait;
use selfopt_core::{
    Reservation, Reserved, Spend, SpendingLimits, SpendingScope, SpendingStore, StoreError,
};
use sqlx::PgConnection;

use super::{rows, store::PostgresStore};
use crate::{columns, spending};

/// The sum of what fits a condition. Sums of bigints are numeric; they are read
/// as bigints, which no budget reaches.
macro_rules! sum_where {
    ($condition:literal) => {
        concat!(
            "SELECT coalesce(sum(tokens), 0)::bigint AS tokens, ",
            "coalesce(sum(micro_dollars), 0)::bigint AS micro_dollars FROM model_spending ",
            "WHERE org_id = $1 AND ",
            $condition
        )
    };
}

#[async_trait]
impl SpendingStore for PostgresStore {
    async fn reserve(
        &self,
        reservation: &Reservation,
        limits: &SpendingLimits,
    ) -> Result<Reserved, StoreError> {
        let Reservation { id, run, repo, month, amount } = reservation;
        let failing = self.failing("reserve a budget");
        let tokens = columns::integer(amount.tokens, "tokens")?;
        let money = columns::integer(amount.micro_dollars, "money")?;
        let mut transaction = self.begin().await.map_err(&failing)?;
        // Nobody else of the organization reserves between sum and row.
        sqlx::query("SELECT id FROM organizations WHERE id = $1 FOR NO KEY UPDATE")
            .bind(self.organization())
            .fetch_one(&mut *transaction)
            .await
            .map_err(&failing)?;
        for (which, scope, limit) in spending::limited(reservation, limits) {
            let spent = self.sum(&mut transaction, &scope).await.map_err(&failing)?;
            if !spent.plus(*amount).is_within(limit) {
                return Ok(Reserved::Exceeds(which));
            }
        }
        sqlx::query(
            "INSERT INTO model_spending
                 (org_id, id, run_id, repo_id, month, tokens, micro_dollars, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(self.organization())
        .bind(id)
        .bind(run.0)
        .bind(repo.0)
        .bind(month)
        .bind(tokens)
        .bind(money)
        .bind(self.now_at())
        .execute(&mut *transaction)
        .await
        .map_err(&failing)?;
        transaction.commit().await.map_err(&failing)?;
        Ok(Reserved::Yes)
    }

    async fn settle(&self, id: &str, spend: Spend) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE model_spending SET tokens = $1, micro_dollars = $2, settled = true
             WHERE id = $3 AND org_id = $4",
        )
        .bind(columns::integer(spend.tokens, "tokens")?)
        .bind(columns::integer(spend.micro_dollars, "money")?)
        .bind(id)
        .bind(self.organization())
        .execute(self.pool())
        .await
        .map_err(self.failing("settle a budget"))?;
        Ok(())
    }

    async fn spent(&self, scope: &SpendingScope) -> Result<Spend, StoreError> {
        let failing = self.failing("read what was spent");
        let mut connection = self.pool().acquire().await.map_err(&failing)?;
        self.sum(&mut connection, scope).await.map_err(&failing)
    }
}

impl PostgresStore {
    async fn sum(
        &self,
        connection: &mut PgConnection,
        scope: &SpendingScope,
    ) -> sqlx::Result<Spend> {
        let organization = self.organization();
        let query = match scope {
            SpendingScope::Run(run) => {
                sqlx::query(sum_where!("run_id = $2")).bind(organization).bind(run.0)
            }
            SpendingScope::Repository(repo, month) => {
                sqlx::query(sum_where!("month = $2 AND repo_id = $3"))
                    .bind(organization)
                    .bind(month)
                    .bind(repo.0)
            }
            SpendingScope::Month(month) => {
                sqlx::query(sum_where!("month = $2")).bind(organization).bind(month)
            }
        };
        let row = query.fetch_one(connection).await?;
        Ok(Spend {
            tokens: rows::unsigned(&row, "tokens")?,
            micro_dollars: rows::unsigned(&row, "micro_dollars")?,
        })
    }
}
