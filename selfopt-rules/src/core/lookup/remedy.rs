//! From a search in every step of a loop to an index that is made once.

use selfopt_syntax::{Edit, Node};

use super::proof::Indexed;
use super::{Lookup, replaced};
use crate::analysis::names::declares;
use crate::analysis::placing::Place;
use crate::core::membership::{Iteration, PLACE};
use crate::rule::{Condition, Fix, Match, Proof, Refusal, RuleContext};

/// What is searched how, and what answers in its place.
pub(in crate::core) struct Remedy {
    /// The array's method that searches.
    pub(in crate::core) method: &'static str,
    /// What stands between the array and the property when it is told.
    pub(in crate::core) told: &'static str,
    /// The host's class of the index.
    pub(in crate::core) index: &'static str,
    /// That it is the host's.
    pub(in crate::core) is_the_hosts: &'static Condition,
}

impl Remedy {
    /// Looks at a call, and makes the fix once an index is shown to answer the
    /// same.
    pub(in crate::core) fn check<'a>(
        &self,
        ctx: RuleContext<'a>,
        node: Node<'a>,
        fix: impl FnOnce(&Lookup<'a>, Indexed<'a>) -> Proof<Fix>,
    ) -> Option<Match> {
        let lookup = Lookup::of(ctx, node, self.method)?;
        let iterations = lookup.iterations()?;
        let (list, key) = (lookup.list.text(), lookup.key.text());
        let message = format!("`{list}` {} `{key}` in every step of a loop", self.told);
        let fixed = self.prove(&lookup, &iterations).and_then(|indexed| fix(&lookup, indexed));
        Some(Match { span: node.span(), message, outcome: fixed.into() })
    }

    fn prove<'a>(&self, lookup: &Lookup<'a>, iterations: &[Iteration<'a>]) -> Proof<Indexed<'a>> {
        if declares(lookup.ctx, self.index) {
            let reason = format!("`{}` means something else in this file", self.index);
            return Err(Refusal::new(self.is_the_hosts, lookup.call.node, reason));
        }
        lookup.prove(iterations)
    }
}

impl<'a> Indexed<'a> {
    /// The fix: `make` writes the index where it can be made, with the reason if
    /// it cannot, and `asked` stands where the search was.
    pub(in crate::core) fn fix(
        self,
        lookup: &Lookup<'a>,
        title: String,
        make: impl FnOnce(Place<'a>) -> Result<Vec<Edit>, &'static str>,
        asked: String,
    ) -> Proof<Fix> {
        let mut edits =
            make(self.place).map_err(|reason| Refusal::new(&PLACE, lookup.call.node, reason))?;
        edits.push(replaced(lookup.call.node, asked));
        edits.sort();
        Ok(Fix { title, edits, met: self.met })
    }
}
