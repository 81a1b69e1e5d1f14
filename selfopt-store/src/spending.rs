//! What calls of language models may cost, the same in every database.

use selfopt_core::{Reservation, Spend, SpendingLimit, SpendingLimits, SpendingScope};

/// What a reservation adds to, and how much there may be of it.
pub(crate) fn limited(
    reservation: &Reservation,
    limits: &SpendingLimits,
) -> [(SpendingLimit, SpendingScope, Spend); 3] {
    let Reservation { run, repo, month, .. } = reservation;
    [
        (SpendingLimit::Run, SpendingScope::Run(*run), limits.run),
        (
            SpendingLimit::Repository,
            SpendingScope::Repository(*repo, month.clone()),
            limits.repository,
        ),
        (SpendingLimit::Month, SpendingScope::Month(month.clone()), limits.month),
    ]
}
