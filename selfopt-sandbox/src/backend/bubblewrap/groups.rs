//! What control groups add to bubblewrap's guarantees, where there are any.

use std::collections::BTreeMap;

use selfopt_core::Enforcement::{BestEffort, Enforced, None as Open};
use selfopt_core::{Enforcement, Guarantee};

use crate::group::Groups;

/// The guarantees that depend on control groups.
pub(super) fn guarantees(groups: &Result<Groups, String>) -> BTreeMap<String, Guarantee> {
    let one = |name: &str, level: Enforcement, reason: String| {
        (name.to_owned(), Guarantee { level, reason })
    };
    let (memory, cpu) = match groups {
        Ok(groups) => {
            let memory = one(
                "memory",
                Enforced,
                format!("a control group for each command ({})", groups.description()),
            );
            let cpu = match groups.cores() {
                Some(cores) => one(
                    "cpu",
                    Enforced,
                    format!("commands are held to the cores {cores} by a control group"),
                ),
                None => one(
                    "cpu",
                    Open,
                    "there is no cpuset control, so commands use every core".to_owned(),
                ),
            };
            (memory, cpu)
        }
        Err(why) => (
            one(
                "memory",
                BestEffort,
                format!(
                    "no control group can be had ({why}); the resident memory of the process tree is looked at ten times a second"
                ),
            ),
            one(
                "cpu",
                Open,
                format!("no control group can be had ({why}), so commands use every core"),
            ),
        ),
    };
    [memory, cpu].into()
}

/// What of it must be equal for two measurements to be compared.
pub(super) fn fact(groups: &Result<Groups, String>) -> String {
    match groups {
        Ok(groups) => {
            format!("{}; cores {}", groups.description(), groups.cores().unwrap_or("all"))
        }
        Err(_) => "none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_groups_nothing_is_enforced_and_the_reason_is_named() {
        let guarantees = guarantees(&Err("they belong to root".to_owned()));
        assert_eq!(guarantees["memory"].level, BestEffort);
        assert_eq!(guarantees["cpu"].level, Open);
        assert!(guarantees.values().all(|guarantee| guarantee.reason.contains("belong to root")));
    }
}
