//! Spending that lasts as long as the process, for embedders without a store.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use selfopt_core::{
    Reservation, Reserved, Spend, SpendingLimit, SpendingLimits, SpendingScope, SpendingStore,
    StoreError,
};

/// Spending in memory.
#[derive(Debug, Default)]
pub struct MemorySpending(Mutex<BTreeMap<String, Reservation>>);

fn sum<'a>(all: impl Iterator<Item = &'a Reservation>) -> Spend {
    all.fold(Spend::default(), |sum, one| sum.plus(one.amount))
}

#[async_trait]
impl SpendingStore for MemorySpending {
    async fn reserve(
        &self,
        new: &Reservation,
        limits: &SpendingLimits,
    ) -> Result<Reserved, StoreError> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_run = sum(all.values().filter(|one| one.run == new.run));
        let in_month = || all.values().filter(|one| one.month == new.month);
        let of_repo = sum(in_month().filter(|one| one.repo == new.repo));
        let checks = [
            (SpendingLimit::Run, of_run, limits.run),
            (SpendingLimit::Repository, of_repo, limits.repository),
            (SpendingLimit::Month, sum(in_month()), limits.month),
        ];
        for (which, spent, limit) in checks {
            if !spent.plus(new.amount).is_within(limit) {
                return Ok(Reserved::Exceeds(which));
            }
        }
        all.insert(new.id.clone(), new.clone());
        Ok(Reserved::Yes)
    }

    async fn settle(&self, id: &str, spend: Spend) -> Result<(), StoreError> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(one) = all.get_mut(id) {
            one.amount = spend;
        }
        Ok(())
    }

    async fn spent(&self, scope: &SpendingScope) -> Result<Spend, StoreError> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = |one: &&Reservation| match scope {
            SpendingScope::Run(run) => one.run == *run,
            SpendingScope::Repository(repo, month) => one.repo == *repo && one.month == *month,
            SpendingScope::Month(month) => one.month == *month,
        };
        Ok(sum(all.values().filter(counts)))
    }
}
