//! A seeded choice that takes turns among the operators.

use std::collections::BTreeMap;

use super::MutantOptions;
use super::find::Mutation;
use super::numbers::Numbers;

/// At most `cap` mutations in document order: first one of each operator, in
/// an order that the seed gives, then a second, and so on.
pub(super) fn choose(found: Vec<Mutation>, options: MutantOptions) -> Vec<Mutation> {
    let mut numbers = Numbers::new(options.seed);
    let mut by_operator: BTreeMap<_, Vec<Mutation>> = BTreeMap::new();
    for mutation in found {
        by_operator.entry(mutation.operator).or_default().push(mutation);
    }
    let mut groups: Vec<_> = by_operator.into_values().collect();
    for group in &mut groups {
        numbers.shuffle(group);
    }
    numbers.shuffle(&mut groups);
    let mut chosen = Vec::new();
    while chosen.len() < options.cap && groups.iter().any(|group| !group.is_empty()) {
        for group in &mut groups {
            if chosen.len() < options.cap {
                chosen.extend(group.pop());
            }
        }
    }
    chosen.sort_by_key(|mutation| (mutation.at, mutation.operator));
    chosen
}
