//! Pack `strings`: waste in formatting and matching text.

mod hoisting;
mod intl_call;
mod intl_hoist;
mod intl_options;
mod regexp_ctor_hoist;
mod regexp_syntax;

pub(crate) use intl_hoist::IntlHoist;
pub(crate) use regexp_ctor_hoist::RegexpCtorHoist;
