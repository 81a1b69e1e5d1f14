//! Pack `strings`: waste in formatting and matching text.

mod collator_hoist;
pub(crate) mod hoisting;
mod intl_call;
mod intl_hoist;
mod intl_option_values;
mod intl_options;
mod intl_proof;
mod regexp_ctor_hoist;
mod regexp_literal;
mod regexp_syntax;
mod regexp_use;
mod split_part;
mod split_to_slice;
mod textcodec_hoist;

pub(crate) use collator_hoist::CollatorHoist;
pub(crate) use intl_hoist::IntlHoist;
pub(crate) use regexp_ctor_hoist::RegexpCtorHoist;
pub(crate) use split_to_slice::SplitToSlice;
pub(crate) use textcodec_hoist::TextcodecHoist;
