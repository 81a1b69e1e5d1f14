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

use collator_hoist::CollatorHoist;
use intl_hoist::IntlHoist;
use regexp_ctor_hoist::RegexpCtorHoist;
use split_to_slice::SplitToSlice;
use textcodec_hoist::TextcodecHoist;

use crate::rule::Rule;

/// The rules of the pack.
pub const RULES: &[&dyn Rule] =
    &[&CollatorHoist, &IntlHoist, &RegexpCtorHoist, &SplitToSlice, &TextcodecHoist];
